package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jws;
import io.mintmark.keys.TestRing;
import io.mintmark.policy.Decision;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What others parse, member by member; what differs from key to key is shown as {@code *}. */
class GoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final TestRing test =
      new TestRing(SignatureAlgorithm.EDDSA, SignatureAlgorithm.RS256, SignatureAlgorithm.ES384);
  private final Instant now = test.now();
  private final Instant soon = now.plusSeconds(300);
  private final Mint mint = new Mint(test.ring(), "https://mintmark.example.org", fixed());

  @Test
  void theJwkSet() throws Exception {
    ObjectNode set = (ObjectNode) JSON.readTree(test.ring().jwks());
    assertGolden("jwks.json", lines(set));
  }

  @Test
  void theBundle() throws Exception {
    assertGolden("bundle.json", lines((ObjectNode) JSON.readTree(test.ring().bundle().toJson())));
  }

  @Test
  void anAccessToken() throws Exception {
    var grant =
        Grants.of(
            Grants.boundToken("bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2", null, "b", "a"),
            now,
            soon);
    assertGolden(
        "access-token.txt", text(((Credential.AccessToken) mint.mint(grant, now)).token()));
  }

  @Test
  void aJwtSvid() throws Exception {
    var grant = Grants.of(Grants.jwtSvid("https://b.example", "https://a.example"), now, soon);
    assertGolden("jwt-svid.txt", text(((Credential.JwtSvid) mint.mint(grant, now)).token()));
  }

  @Test
  void anX509Svid() throws Exception {
    var key = Crypto.generate(SignatureAlgorithm.ES256).getPublic();
    var terms =
        new Decision.X509Svid(Grants.HERE, key, List.of("orders.payments.svc", "orders"), "orders");
    var svid = (Credential.X509Svid) mint.mint(Grants.of(terms, now, soon), now);
    assertGolden("x509-svid.txt", text(svid.chain().getFirst()));
  }

  @Test
  void anX509SvidOfAnRsaKey() throws Exception {
    var key = Crypto.generate(SignatureAlgorithm.RS256).getPublic();
    var svid = (Credential.X509Svid) mint.mint(Grants.of(Grants.x509Svid(key), now, soon), now);
    assertGolden("x509-svid-rsa.txt", text(svid.chain().getFirst()));
  }

  @Test
  void theAuthority() throws Exception {
    assertGolden("authority.txt", text(test.ring().authority(now).certificates().issuer()));
  }

  private static String text(String token) throws Exception {
    Jws jws = Jws.parse(token, 9999);
    String header =
        new String(Base64.getUrlDecoder().decode(token.split("\\.")[0]), StandardCharsets.UTF_8);
    String payload =
        new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
    return header.replace(String.valueOf(jws.keyId()), "*") + "\n" + payload + "\n";
  }

  private static String text(X509Certificate certificate) throws Exception {
    StringBuilder text = new StringBuilder();
    text.append("version ").append(certificate.getVersion()).append('\n');
    text.append("serial ").append(certificate.getSerialNumber().bitLength()).append(" bits\n");
    text.append("signature ").append(certificate.getSigAlgName()).append('\n');
    text.append("issuer ")
        .append(name(certificate.getIssuerX500Principal().getName()))
        .append('\n');
    text.append("subject ")
        .append(name(certificate.getSubjectX500Principal().getName()))
        .append('\n');
    text.append("from ").append(certificate.getNotBefore().toInstant()).append('\n');
    text.append("to ").append(certificate.getNotAfter().toInstant()).append('\n');
    text.append("key ").append(certificate.getPublicKey().getAlgorithm()).append('\n');
    for (String oid : new TreeSet<>(certificate.getCriticalExtensionOIDs())) {
      text.append("critical ").append(oid).append(' ').append(value(certificate, oid)).append('\n');
    }
    for (String oid : new TreeSet<>(certificate.getNonCriticalExtensionOIDs())) {
      text.append("extension ")
          .append(oid)
          .append(' ')
          .append(value(certificate, oid))
          .append('\n');
    }
    text.append("names ").append(certificate.getSubjectAlternativeNames()).append('\n');
    return text.toString();
  }

  private static String name(String name) {
    return name.replaceAll("2\\.5\\.4\\.5=#[0-9a-f]+", "2.5.4.5=*");
  }

  private static String value(X509Certificate certificate, String oid) {
    byte[] value = certificate.getExtensionValue(oid);
    return switch (oid) {
      case "2.5.29.14", "2.5.29.35" -> value.length + " bytes";
      default -> HexFormat.of().formatHex(value);
    };
  }

  /** One key a line, its values replaced. */
  private static String lines(ObjectNode set) throws IOException {
    for (JsonNode key : set.path("keys")) {
      for (String member : List.of("kid", "x", "y", "n")) {
        if (key.has(member)) {
          ((ObjectNode) key).put(member, "*");
        }
      }
      if (key.has("x5c")) {
        ((ObjectNode) key).putArray("x5c").add("*");
      }
    }
    return JSON.writeValueAsString(set).replace("{\"k", "\n{\"k").replace("\n{\"keys", "{\"keys")
        + "\n";
  }

  private static void assertGolden(String name, String actual) throws IOException {
    try (InputStream in = GoldenTest.class.getResourceAsStream("/golden/credential/" + name)) {
      String wanted = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(actual).as("golden file %s", name).isEqualTo(wanted);
    }
  }

  private static SecureRandom fixed() {
    return new SecureRandom() {
      private static final long serialVersionUID = 1L;

      @Override
      public void nextBytes(byte[] bytes) {
        Arrays.fill(bytes, (byte) 0x5a);
      }
    };
  }
}
