package io.mintmark.policy;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Documents;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a decision costs, with few and with many documents: the same. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecideBenchmark {
  @Param({"10", "2000"})
  public int grants;

  private final Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final AttestedWorkload workload =
      new AttestedWorkload(
          WorkloadId.parse("spiffe://prod.example.org/ns/payments/sa/orders-3"),
          new EvidenceSummary(EvidenceKind.JWT_SVID, "prod.example.org", "0".repeat(64)),
          EvidenceKind.JWT_SVID,
          "prod.example.org",
          "prod",
          Map.of(),
          now.minusSeconds(10),
          now.plusSeconds(300),
          null,
          false);
  private final Ask ask =
      new Ask(
          new Ask.AccessToken(
              "https://ledger.example.org", Set.of(new io.mintmark.workload.Scope("ledger:read"))),
          null,
          Delegation.NONE,
          InetAddress.getLoopbackAddress(),
          null);
  private Policy plain = policy("");
  private Policy conditional = policy("");

  @Setup
  public void compile() {
    plain = policy("");
    conditional = policy("  when: request.time.getDayOfWeek(\"Europe/Paris\") != 0\n");
  }

  @Benchmark
  public Decision withoutCondition() {
    return plain.decide(workload, ask, now);
  }

  @Benchmark
  public Decision withCondition() {
    return conditional.decide(workload, ask, now);
  }

  private Policy policy(String when) {
    StringBuilder text =
        new StringBuilder(
            """
            apiVersion: mintmark.io/v1
            kind: Resource
            metadata: {name: ledger-api}
            spec: {owner: o@example.org, audience: "https://ledger.example.org", scopes: [ledger:read]}
            """);
    for (int i = 0; i < grants; i++) {
      text.append(
          """
          ---
          apiVersion: mintmark.io/v1
          kind: Grant
          metadata: {name: grant-%d}
          spec:
            owner: o@example.org
            workload: spiffe://prod.example.org/ns/payments/sa/orders-%d
            evidence: [jwt-svid]
            issue: {accessToken: {resource: ledger-api, scopes: [ledger:read]}}
          %s\
          """
              .formatted(i, i, when));
    }
    try {
      return switch (Policy.compile(
          Documents.parse("benchmark", text.toString()).load(),
          new PolicyContext(new TrustDomain("broker.example.org"), "https://localhost:8443"))) {
        case Compilation.Compiled compiled -> compiled.policy();
        case Compilation.Rejected rejected ->
            throw new IllegalStateException(rejected.problems().toString());
      };
    } catch (DocumentErrors errors) {
      throw new IllegalStateException(errors.problems().toString());
    }
  }
}
