package io.mintmark.evidence.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Documents;
import io.mintmark.documents.Problem;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.BundleOrigin;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.JwksOrigin;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.KeySources;
import io.mintmark.evidence.ReplayGuard;
import io.mintmark.evidence.ReviewOrigin;
import io.mintmark.evidence.kubernetes.Kubernetes;
import io.mintmark.evidence.oidc.GitHub;
import io.mintmark.evidence.oidc.GitLab;
import io.mintmark.evidence.oidc.Oidc;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.JwkSet;
import io.mintmark.jose.Jws;
import io.mintmark.spiffe.Bundle;
import io.mintmark.storage.memory.MemoryReplayGuard;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A broker's trust with real keys, key sources that a test fills, and a clock that stands. */
final class World implements KeySources {
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  static final String BROKER = "https://broker.example.org";
  static final TrustDomain OWN = new TrustDomain("broker.example.org");
  static final ObjectMapper JSON = new ObjectMapper();

  final Map<BundleOrigin, FakeSource<Bundle>> bundles = new HashMap<>();
  final Map<JwksOrigin, FakeSource<JwkSet>> keys = new HashMap<>();
  final Map<ReviewOrigin, FakeReviewer> reviewers = new HashMap<>();
  final TrustSources sources = new TrustSources(this, this::reviewer);
  final Certificates ownAuthority = Certificates.authority("own");
  final KeyPair ownKey = Crypto.generate(SignatureAlgorithm.ES256);
  ReplayGuard guard = new MemoryReplayGuard(1000, NOW.minusSeconds(600));
  boolean mayBlock = true;

  /** Documents of one file, so that lines in messages can be counted. */
  static String documents(String... documents) {
    return String.join("---\n", documents);
  }

  static String document(String kind, String name, String spec) {
    return "apiVersion: mintmark.io/v1\nkind: %s\nmetadata: {name: %s}\nspec:\n%s"
        .formatted(kind, name, spec.indent(2));
  }

  TrustCompilation compile(String yaml) {
    return compile(yaml, Map.of());
  }

  TrustCompilation compile(String yaml, Map<String, byte[]> files) {
    try {
      return TrustCompiler.compile(Documents.parse("trust.yaml", yaml, files).load(), context());
    } catch (DocumentErrors e) {
      return new TrustCompilation.Broken(e.problems());
    }
  }

  TrustAttestor attestor(String yaml) {
    TrustCompilation compilation = compile(yaml);
    assertThat(compilation)
        .as(() -> compilation.toString())
        .isInstanceOf(TrustCompilation.Compiled.class);
    return ((TrustCompilation.Compiled) compilation).attestor();
  }

  List<String> problems(String yaml) {
    return switch (compile(yaml)) {
      case TrustCompilation.Compiled(var attestor, var warnings) -> texts(warnings);
      case TrustCompilation.Broken(var problems) -> texts(problems);
    };
  }

  TrustContext context() {
    return new TrustContext(
        OWN,
        BROKER,
        this::ownBundle,
        sources,
        guard,
        () -> NOW,
        List.of(new Kubernetes(), new GitHub(), new GitLab(), new Oidc()),
        () -> mayBlock);
  }

  Bundle ownBundle() {
    return bundle(OWN, ownAuthority, jwk("own-1", ownKey));
  }

  @Override
  public KeySource<Bundle> bundles(BundleOrigin origin) {
    FakeSource<Bundle> source = new FakeSource<>();
    if (origin instanceof BundleOrigin.Own) {
      source.keys = ownBundle();
    }
    bundles.put(origin, source);
    return source;
  }

  @Override
  public KeySource<JwkSet> keys(JwksOrigin origin) {
    FakeSource<JwkSet> source = new FakeSource<>();
    keys.put(origin, source);
    return source;
  }

  private FakeReviewer reviewer(ReviewOrigin origin) {
    FakeReviewer reviewer = new FakeReviewer();
    reviewers.put(origin, reviewer);
    return reviewer;
  }

  /** The source of this trust domain's bundle. */
  FakeSource<Bundle> bundlesOf(String trustDomain) {
    return bundles.entrySet().stream()
        .filter(entry -> entry.getKey().trustDomain().name().equals(trustDomain))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  /** The source of this issuer's keys. */
  FakeSource<JwkSet> keysOf(String issuer) {
    return keys.entrySet().stream()
        .filter(entry -> entry.getKey().issuer().equals(issuer))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  static Bundle bundle(TrustDomain domain, @Nullable Certificates authority, Jwk... keys) {
    return new Bundle(
        domain,
        authority == null ? List.of() : List.of(authority.authority()),
        List.of(keys),
        null,
        null);
  }

  static Jwk jwk(@Nullable String keyId, KeyPair pair) {
    return new Jwk(keyId, null, null, pair.getPublic(), null);
  }

  static JwkSet keySet(Jwk... keys) {
    return new JwkSet(List.of(keys), JSON.createObjectNode());
  }

  static ObjectNode claims(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Claims that are good now: for the broker, issued a minute ago, five minutes to go. */
  static ObjectNode fresh(String json) {
    ObjectNode claims = claims(json);
    claims.put("aud", BROKER);
    claims.put("iat", NOW.getEpochSecond() - 60);
    claims.put("nbf", NOW.getEpochSecond() - 60);
    claims.put("exp", NOW.getEpochSecond() + 300);
    return claims;
  }

  static String sign(
      KeyPair pair, @Nullable String keyId, @Nullable String type, ObjectNode claims) {
    return Jws.sign(
        SignatureAlgorithm.ES256,
        pair.getPrivate(),
        keyId,
        type,
        claims.toString().getBytes(StandardCharsets.UTF_8));
  }

  static AttestedWorkload attested(TrustAttestor attestor, Evidence evidence) {
    Attestation attestation = attestor.attest(evidence, NOW);
    assertThat(attestation).isInstanceOf(Attestation.Attested.class);
    return ((Attestation.Attested) attestation).workload();
  }

  static Attestation.Refused refused(TrustAttestor attestor, Evidence evidence) {
    Attestation attestation = attestor.attest(evidence, NOW);
    assertThat(attestation).isInstanceOf(Attestation.Refused.class);
    return (Attestation.Refused) attestation;
  }

  private static List<String> texts(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }
}
