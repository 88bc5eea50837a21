package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.documents;
import static io.mintmark.evidence.trust.World.fresh;
import static io.mintmark.evidence.trust.World.jwk;
import static io.mintmark.evidence.trust.World.keySet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Evidence;
import io.mintmark.jose.Crypto;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tokens of every platform, mutated: in their bytes, and in claims that are then signed. */
class PlatformTokenFuzzTest {
  private static final KeyPair KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final List<String> ISSUERS =
      List.of(
          "https://token.actions.githubusercontent.com",
          "https://gitlab.com",
          "https://cluster.example.org",
          "https://idp.example.org");

  private final World world = new World();
  private final TrustAttestor attestor = trust();

  private TrustAttestor trust() {
    TrustAttestor compiled =
        world.attestor(
            documents(
                document(
                    "Issuer",
                    "gh",
                    "type: github\nissuer: "
                        + ISSUERS.get(0)
                        + "\nrequire: {repository_owner_id: 65}\n"
                        + "identity: spiffe://example.org/gh/{owner}/{repo}\n"),
                document(
                    "Issuer",
                    "gl",
                    "type: gitlab\nissuer: "
                        + ISSUERS.get(1)
                        + "\nrequire: {namespace_id: 72}\n"
                        + "identity: spiffe://example.org/gl/{project_id}\n"),
                document(
                    "Issuer",
                    "k8s",
                    "type: kubernetes\nissuer: "
                        + ISSUERS.get(2)
                        + "\nidentity: spiffe://example.org/ns/{namespace}/sa/{serviceaccount}\n"),
                document(
                    "Issuer",
                    "any",
                    "type: oidc\nissuer: "
                        + ISSUERS.get(3)
                        + "\nidentity: spiffe://example.org/any/{claim:sub}/x\n")));
    ISSUERS.forEach(issuer -> world.keysOf(issuer).keys = keySet(jwk("k", KEY)));
    return compiled;
  }

  private static List<ObjectNode> good() {
    return List.of(
        fresh(
            "{\"iss\":\""
                + ISSUERS.get(0)
                + "\",\"sub\":\"repo:o@65/r@74:ref:refs/heads/main\",\"repository\":\"o/r\","
                + "\"repository_id\":\"74\",\"repository_owner\":\"o\","
                + "\"repository_owner_id\":\"65\",\"ref\":\"refs/heads/main\",\"event_name\":\"push\"}"),
        fresh(
            "{\"iss\":\""
                + ISSUERS.get(1)
                + "\",\"sub\":\"project_path:g/p:ref_type:branch:ref:main\",\"project_id\":\"20\","
                + "\"project_path\":\"g/p\",\"namespace_id\":\"72\",\"namespace_path\":\"g\","
                + "\"ref\":\"main\",\"ref_type\":\"branch\"}"),
        fresh(
            "{\"iss\":\""
                + ISSUERS.get(2)
                + "\",\"sub\":\"system:serviceaccount:n:s\",\"kubernetes.io\":{\"namespace\":\"n\","
                + "\"serviceaccount\":{\"name\":\"s\",\"uid\":\"u\"},"
                + "\"pod\":{\"name\":\"p\",\"uid\":\"pu\"}}}"),
        fresh(
            "{\"iss\":\"" + ISSUERS.get(3) + "\",\"sub\":\"s\",\"deep\":{\"a\":[1,2,{\"b\":3}]}}"));
  }

  @Test
  void theTokensToMutateAreGood() {
    for (ObjectNode claims : good()) {
      World.attested(attestor, token(claims));
    }
  }

  @Test
  void mutatedBytesAreRefusedAndNeverThrow() {
    long seed = 7;
    Random random = new Random(seed);
    List<String> tokens = good().stream().map(PlatformTokenFuzzTest::signed).toList();
    for (int i = 0; i < 20_000; i++) {
      String token = tokens.get(random.nextInt(tokens.size()));
      String mutant = mutate(token, random);
      if (mutant.equals(token)) {
        continue;
      }
      Evidence evidence = new Evidence.PlatformToken(mutant);
      attestor.mayWait(evidence);
      Attestation attestation = attestor.attest(evidence, NOW);
      assertThat(attestation)
          .as("seed %d, iteration %d: %s", seed, i, mutant)
          .isInstanceOf(Attestation.Refused.class);
      assertBounded((Attestation.Refused) attestation, seed, i);
    }
  }

  /** A signed token whose claims are odd: whatever it proves lies below its issuer's part. */
  @Test
  void oddClaimsNeverProveAnotherIssuersIdentity() {
    long seed = 8;
    Random random = new Random(seed);
    List<String> parts = List.of("gh", "gl", "ns", "any");
    int refusals = 0;
    for (int i = 0; i < 1_500; i++) {
      int which = random.nextInt(4);
      ObjectNode claims = good().get(which).deepCopy();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        distort(claims, random);
      }
      switch (attestor.attest(token(claims), NOW)) {
        case Attestation.Attested(var workload) -> {
          int issuer = ISSUERS.indexOf(workload.issuer());
          assertThat(workload.issuer()).isEqualTo(claims.path("iss").asText());
          assertThat(workload.id().path())
              .as("seed %d, iteration %d: %s", seed, i, claims)
              .startsWith("/" + parts.get(issuer) + "/");
          assertThat(workload.expiresAt()).isAfter(NOW);
        }
        case Attestation.Refused refused -> {
          assertThat(refused.detail())
              .as("seed %d, iteration %d: %s", seed, i, claims)
              .doesNotContain("unexpectedly");
          assertBounded(refused, seed, i);
          refusals++;
        }
      }
    }
    assertThat(refusals).as("seed %d", seed).isGreaterThan(100);
  }

  private static void assertBounded(Attestation.Refused refused, long seed, int iteration) {
    assertThat(refused.detail()).as("seed %d, %d", seed, iteration).hasSizeLessThanOrEqualTo(1000);
    assertThat(refused.detail().chars().noneMatch(Character::isISOControl)).isTrue();
  }

  private static String signed(ObjectNode claims) {
    return World.sign(KEY, "k", "JWT", claims);
  }

  private static Evidence token(ObjectNode claims) {
    return new Evidence.PlatformToken(signed(claims));
  }

  private static String mutate(String token, Random random) {
    StringBuilder mutant = new StringBuilder(token);
    for (int n = 1 + random.nextInt(4); n > 0 && !mutant.isEmpty(); n--) {
      int at = random.nextInt(mutant.length());
      switch (random.nextInt(6)) {
        case 0 -> mutant.setCharAt(at, (char) random.nextInt(256));
        case 1 -> mutant.deleteCharAt(at);
        case 2 -> mutant.insert(at, (char) ('A' + random.nextInt(26)));
        case 3 -> mutant.setLength(at);
        case 4 -> mutant.insert(at, mutant.substring(at));
        default -> mutant.insert(at, '.');
      }
    }
    return mutant.toString();
  }

  private static void distort(ObjectNode claims, Random random) {
    List<String> names = new ArrayList<>();
    claims.fieldNames().forEachRemaining(names::add);
    if (names.isEmpty()) {
      return;
    }
    String name = names.get(random.nextInt(names.size()));
    JsonNode value = claims.path(name);
    if (value instanceof ObjectNode object && random.nextBoolean()) {
      distort(object, random);
      return;
    }
    switch (random.nextInt(9)) {
      case 0 -> claims.remove(name);
      case 1 -> claims.putNull(name);
      case 2 -> claims.put(name, random.nextLong());
      case 3 -> claims.put(name, random.nextDouble() * 1e300);
      case 4 -> claims.set(name, JsonNodeFactory.instance.arrayNode().add(value));
      case 5 -> claims.putObject(name).set(name, value.deepCopy());
      case 6 -> claims.set(name, claims.path(names.get(random.nextInt(names.size()))).deepCopy());
      case 7 -> claims.put(name, value.asText() + "/*:+..\u0000\u202e".charAt(random.nextInt(8)));
      default -> claims.put(name, ISSUERS.get(random.nextInt(4)));
    }
  }
}
