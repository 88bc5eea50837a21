package io.mintmark.policy;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSource;
import io.mintmark.documents.Documents;
import io.mintmark.documents.Problem;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Scope;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the tests of this room begin with. */
final class Given {
  static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  static final PolicyContext CONTEXT =
      new PolicyContext(new TrustDomain("broker.example.org"), "https://mint.example.org");
  static final String ORDERS = "spiffe://prod.example.org/ns/payments/sa/orders";
  static final String LEDGER = "https://ledger.example.org";
  static final PublicKey KEY = key();

  private Given() {}

  static String resource(String name, String more) {
    return """
    ---
    apiVersion: mintmark.io/v1
    kind: Resource
    metadata: {name: %s}
    spec:
      owner: team@example.org
      audience: https://%s.example.org
      scopes: [read, write, admin]
    %s\
    """
        .formatted(name, name, indented(more));
  }

  static String workload(String name, String id, String more) {
    return """
    ---
    apiVersion: mintmark.io/v1
    kind: Workload
    metadata: {name: %s}
    spec:
      owner: payments@example.org
      id: %s
    %s\
    """
        .formatted(name, id, indented(more));
  }

  static String grant(String name, String workload, String issue, String more) {
    return """
    ---
    apiVersion: mintmark.io/v1
    kind: Grant
    metadata: {name: %s}
    spec:
      owner: payments@example.org
      workload: %s
      evidence: [jwt-svid, x509-svid]
      issue: {%s}
    %s\
    """
        .formatted(name, workload, issue, indented(more));
  }

  static String guardrail(String name, String deny, String more) {
    return """
    ---
    apiVersion: mintmark.io/v1
    kind: Guardrail
    metadata: {name: %s}
    spec:
      owner: platform@example.org
      deny: %s
    %s\
    """
        .formatted(name, deny, indented(more));
  }

  static Policy policy(String... documents) {
    return switch (compile(documents)) {
      case Compilation.Compiled(var policy, var warnings) -> policy;
      case Compilation.Rejected(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  static Compilation compile(String... documents) {
    try {
      return Policy.compile(
          Documents.parse("policy.yaml", String.join("", documents)).load(), CONTEXT);
    } catch (DocumentErrors e) {
      throw new AssertionError(e.problems().toString(), e);
    }
  }

  /** A policy of more text than one file may hold. */
  static Policy large(String documents) {
    List<String> parts = List.of(documents.split("(?=---\n)"));
    List<DocumentSource> files = new ArrayList<>();
    for (int i = 0; i < parts.size(); i += 1_000) {
      List<String> part = parts.subList(i, Math.min(parts.size(), i + 1_000));
      files.add(Documents.parse("policy-" + i + ".yaml", String.join("", part)));
    }
    try {
      return switch (Policy.compile(Documents.combined(files).load(), CONTEXT)) {
        case Compilation.Compiled(var policy, var warnings) -> policy;
        case Compilation.Rejected(var problems) -> throw new AssertionError(problems.toString());
      };
    } catch (DocumentErrors e) {
      throw new AssertionError(e.problems().toString(), e);
    }
  }

  static List<String> problems(String... documents) {
    return switch (compile(documents)) {
      case Compilation.Compiled(var policy, var warnings) ->
          warnings.stream().map(Problem::toString).toList();
      case Compilation.Rejected(var problems) -> problems.stream().map(Problem::toString).toList();
    };
  }

  static AttestedWorkload attested(String id) {
    return attested(id, EvidenceKind.JWT_SVID, NOW.plusSeconds(3600), null, false, Map.of());
  }

  static AttestedWorkload attested(
      String id,
      EvidenceKind kind,
      Instant expiresAt,
      @Nullable String thumbprint,
      boolean struckHere,
      Map<String, Object> attributes) {
    return new AttestedWorkload(
        WorkloadId.parse(id),
        new EvidenceSummary(kind, "prod.example.org", "0".repeat(64)),
        kind,
        "prod.example.org",
        "prod.example.org",
        attributes,
        NOW.minusSeconds(30),
        expiresAt,
        thumbprint,
        struckHere);
  }

  static Ask token(String audience, String... scopes) {
    return ask(new Ask.AccessToken(audience, scopes(scopes)), null);
  }

  static Ask jwtSvid(String... audiences) {
    return ask(new Ask.JwtSvid(Set.of(audiences)), null);
  }

  static Ask x509Svid() {
    return ask(new Ask.X509Svid(KEY), null);
  }

  static Ask ask(Ask.Wanted wanted, @Nullable Duration lifetime) {
    return new Ask(wanted, lifetime, Delegation.NONE, InetAddress.getLoopbackAddress(), null);
  }

  static Set<Scope> scopes(String... scopes) {
    return Arrays.stream(scopes).map(Scope::new).collect(Collectors.toSet());
  }

  private static String indented(String more) {
    return more.isEmpty() ? "" : more.strip().indent(2);
  }

  private static PublicKey key() {
    try {
      return KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
