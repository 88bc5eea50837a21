package io.mintmark.policy;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.DocumentSource;
import io.mintmark.documents.Documents;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Scope;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A policy as large as one likes. Half of its grants are for workloads of guarded teams: their
 * conditions, and those of the ten guardrails of each such team, are all different. The other half
 * has no condition, and its teams no guardrail.
 *
 * @param grants an even number; the first so many workloads have one each
 * @param workloads not less than grants
 * @param guardrails ten for each guarded team
 */
record PolicyOfSize(int grants, int workloads, int guardrails) {
  static final PolicyOfSize FEW = new PolicyOfSize(20, 20, 10);
  static final PolicyOfSize MANY = new PolicyOfSize(10_000, 100_000, 1_000);

  /** Guardrails of one team. */
  static final int OF_TEAM = 10;

  static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  private static final int IN_ONE_TEXT = 2_000;

  Policy compiled() {
    try {
      return switch (Policy.compile(
          documents(),
          new PolicyContext(new TrustDomain("broker.example.org"), "https://localhost:8443"))) {
        case Compilation.Compiled compiled -> compiled.policy();
        case Compilation.Rejected rejected ->
            throw new IllegalStateException(rejected.problems().toString());
      };
    } catch (DocumentErrors errors) {
      throw new IllegalStateException(errors.problems().toString());
    }
  }

  DocumentSet documents() throws DocumentErrors {
    List<DocumentSource> texts = new ArrayList<>();
    texts.add(Documents.parse("resources", RESOURCE));
    texts(texts, "grants", grants, this::grant);
    texts(texts, "workloads", workloads, this::workload);
    texts(texts, "guardrails", guardrails, PolicyOfSize::guardrail);
    return Documents.combined(texts).load();
  }

  /** Workloads that have a grant: of guarded teams, or of the others. */
  List<AttestedWorkload> granted(boolean guarded) {
    return IntStream.range(0, grants)
        .filter(i -> guarded(i) == guarded)
        .mapToObj(this::attested)
        .toList();
  }

  static Ask ask() {
    return new Ask(
        new Ask.AccessToken("https://ledger.example.org", Set.of(new Scope("ledger:read"))),
        null,
        Delegation.NONE,
        InetAddress.getLoopbackAddress(),
        null);
  }

  private static boolean guarded(int i) {
    return i % 2 == 1;
  }

  private int teams() {
    return guardrails / OF_TEAM;
  }

  private String id(int i) {
    return "spiffe://prod.example.org/ns/%s-%d/sa/w-%d"
        .formatted(guarded(i) ? "team" : "open", i / 2 % teams(), i);
  }

  private AttestedWorkload attested(int i) {
    return new AttestedWorkload(
        WorkloadId.parse(id(i)),
        new EvidenceSummary(EvidenceKind.JWT_SVID, "prod.example.org", "0".repeat(64)),
        EvidenceKind.JWT_SVID,
        "prod.example.org",
        "prod",
        Map.of(),
        NOW.minusSeconds(10),
        NOW.plusSeconds(300),
        null,
        false);
  }

  private static final String RESOURCE =
      """
      apiVersion: mintmark.io/v1
      kind: Resource
      metadata: {name: ledger-api}
      spec:
        owner: ledger@example.org
        audience: https://ledger.example.org
        scopes: [ledger:read, ledger:write]
        environment: prod
      """;

  private String grant(int i) {
    return """
    ---
    apiVersion: mintmark.io/v1
    kind: Grant
    metadata: {name: grant-%d}
    spec:
      owner: payments@example.org
      workload: %s
      evidence: [jwt-svid, x509-svid]
      issue: {accessToken: {resource: ledger-api, scopes: [ledger:read]}}
    %s\
    """
        .formatted(
            i,
            id(i),
            guarded(i)
                ? "  when: request.time.getDayOfWeek(\"Europe/Paris\") in [1, 2, 3, 4, 5] &&"
                    + " workload.path != \"/x/%d\"\n".formatted(i)
                : "");
  }

  private String workload(int i) {
    return """
    ---
    apiVersion: mintmark.io/v1
    kind: Workload
    metadata: {name: w-%d}
    spec:
      owner: payments@example.org
      id: %s
      environment: prod
      classification: confidential
      attributes: {tier: 1, costCentre: %d}
    """
        .formatted(i, id(i), i % 97);
  }

  private static String guardrail(int i) {
    return """
    ---
    apiVersion: mintmark.io/v1
    kind: Guardrail
    metadata: {name: guardrail-%d}
    spec:
      owner: platform@example.org
      match: {workload: "spiffe://prod.example.org/ns/team-%d/**"}
      deny: %s
    """
        .formatted(i, i / OF_TEAM, condition(i));
  }

  private static String condition(int i) {
    String text =
        switch (i % 5) {
          case 0 -> "workload.environment != resource.environment || workload.path == '/x/%d'";
          case 1 -> "request.lifetime > duration('1h') && delegation.depth > %d";
          case 2 -> "request.scopes.exists(s, s.endsWith(':admin-%d'))";
          case 3 -> "evidence.kind == 'oidc' && workload.attributes.tier > %d";
          default -> "evidence.ageSeconds > 3600 + %d";
        };
    return text.formatted(i);
  }

  private static void texts(
      List<DocumentSource> texts, String name, int number, IntFunction<String> text) {
    for (int from = 0; from < number; from += IN_ONE_TEXT) {
      StringBuilder all = new StringBuilder();
      IntStream.range(from, Math.min(number, from + IN_ONE_TEXT))
          .mapToObj(text)
          .forEach(all::append);
      texts.add(Documents.parse(name + "-" + from, all.toString()));
    }
  }
}
