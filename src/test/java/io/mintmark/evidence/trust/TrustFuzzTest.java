package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.jwk;
import static io.mintmark.evidence.trust.World.keySet;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.TextNode;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Documents;
import io.mintmark.documents.ReadableProblems;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.BundleOrigin;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.JwksOrigin;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.KeySources;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.JwkSet;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import org.jspecify.annotations.Nullable;

/**
 * Trust documents of any bytes: an attestor, or problems with a place. Whatever they say, nobody
 * but the broker's own keys speaks for the broker, and an issuer only for what its template begins
 * with.
 */
class TrustFuzzTest {
  private static final KeyPair KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final World WORLD = new World();

  /** All the keys in the world are those of one stranger, but for the broker's own. */
  private static final KeySources STRANGERS =
      new KeySources() {
        @Override
        public KeySource<Bundle> bundles(BundleOrigin origin) {
          FakeSource<Bundle> source = new FakeSource<>();
          source.keys =
              origin instanceof BundleOrigin.Own
                  ? WORLD.ownBundle()
                  : World.bundle(origin.trustDomain(), null, jwk("k", KEY));
          return source;
        }

        @Override
        public KeySource<JwkSet> keys(JwksOrigin origin) {
          FakeSource<JwkSet> source = new FakeSource<>();
          source.keys = keySet(jwk("k", KEY));
          return source;
        }
      };

  @FuzzTest
  void documentsAreCompiledOrRefused(byte[] bytes) {
    TrustAttestor attestor = compiled(new String(bytes, StandardCharsets.UTF_8));
    if (attestor != null) {
      String broker = "spiffe://" + World.OWN.name() + "/mintmark/orders";
      Attestation attestation =
          attestor.attest(
              new Evidence.JwtSvid(
                  World.sign(KEY, "k", "JWT", World.fresh("{\"sub\":\"" + broker + "\"}"))),
              NOW);
      if (!(attestation instanceof Attestation.Refused)) {
        throw new AssertionError("a stranger is \"" + broker + "\"");
      }
    }
  }

  @FuzzTest
  void anIssuerProvesWhatItsTemplateBeginsWith(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int half = text.indexOf('\n');
    String template = text.substring(0, Math.max(0, half));
    String subject = text.substring(half + 1);
    TrustAttestor attestor =
        compiled(
            document(
                "Issuer",
                "any",
                "type: oidc\nissuer: https://idp.example.org\nidentity: "
                    + TextNode.valueOf(template)
                    + "\n"));
    if (attestor == null) {
      return;
    }
    String token =
        World.sign(
            KEY,
            "k",
            "JWT",
            World.fresh("{\"iss\":\"https://idp.example.org\"}").put("sub", subject));
    if (attestor.attest(new Evidence.PlatformToken(token), NOW)
        instanceof Attestation.Attested(var workload)) {
      String id = workload.id().uri();
      int open = template.indexOf('{');
      String fixed = open < 0 ? template : template.substring(0, open);
      if (!id.startsWith(fixed)
          || segments(id) != segments(template)
          || workload.id().trustDomain().equals(World.OWN) && Reserved.holds(workload.id())) {
        throw new AssertionError("\"" + template + "\" proves \"" + id + "\"");
      }
    }
  }

  private static long segments(String path) {
    return path.chars().filter(c -> c == '/').count();
  }

  private static @Nullable TrustAttestor compiled(String yaml) {
    TrustContext context =
        new TrustContext(
            World.OWN,
            World.BROKER,
            WORLD::ownBundle,
            new TrustSources(STRANGERS, origin -> new FakeReviewer()),
            WORLD.guard,
            () -> NOW,
            WORLD.context().platforms(),
            () -> true);
    try {
      return switch (TrustCompiler.compile(Documents.parse("fuzz.yaml", yaml).load(), context)) {
        case TrustCompilation.Compiled(var attestor, var warnings) -> attestor;
        case TrustCompilation.Broken(var problems) -> throw new DocumentErrors(problems);
      };
    } catch (DocumentErrors errors) {
      ReadableProblems.check(errors.problems());
      return null;
    }
  }
}
