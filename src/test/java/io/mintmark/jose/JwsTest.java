package io.mintmark.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The attacks of RFC 8725 and of CVEs on a compact JWS before its signature is looked at. */
class JwsTest {
  private static final String HEADER = "{\"alg\":\"ES256\"}";
  private static final String PAYLOAD = "{\"sub\":\"a\"}";
  private static final String SIGNATURE = "A".repeat(86);

  static Stream<Arguments> wrongHeaders() {
    return Stream.of(
        row("no algorithm", "{}", Reason.EVIDENCE_MALFORMED),
        row("null algorithm", "{\"alg\":null}", Reason.EVIDENCE_MALFORMED),
        row("number as algorithm", "{\"alg\":256}", Reason.EVIDENCE_MALFORMED),
        row("array as algorithm", "{\"alg\":[\"ES256\"]}", Reason.EVIDENCE_MALFORMED),
        row("none", "{\"alg\":\"none\"}", Reason.EVIDENCE_ALGORITHM),
        row("None", "{\"alg\":\"None\"}", Reason.EVIDENCE_ALGORITHM),
        row("NONE", "{\"alg\":\"NONE\"}", Reason.EVIDENCE_ALGORITHM),
        row("nOnE", "{\"alg\":\"nOnE\"}", Reason.EVIDENCE_ALGORITHM),
        row("none with a space", "{\"alg\":\"none \"}", Reason.EVIDENCE_ALGORITHM),
        row("empty algorithm", "{\"alg\":\"\"}", Reason.EVIDENCE_ALGORITHM),
        row("HS256", "{\"alg\":\"HS256\"}", Reason.EVIDENCE_ALGORITHM),
        row("HS512", "{\"alg\":\"HS512\"}", Reason.EVIDENCE_ALGORITHM),
        row("lower case", "{\"alg\":\"es256\"}", Reason.EVIDENCE_ALGORITHM),
        row("ES256K", "{\"alg\":\"ES256K\"}", Reason.EVIDENCE_ALGORITHM),
        row("RS1", "{\"alg\":\"RS1\"}", Reason.EVIDENCE_ALGORITHM),
        row("PBES2", "{\"alg\":\"PBES2-HS256+A128KW\",\"p2c\":1}", Reason.EVIDENCE_ALGORITHM),
        row("RSA1_5", "{\"alg\":\"RSA1_5\",\"enc\":\"A128GCM\"}", Reason.EVIDENCE_ALGORITHM),
        row("direct", "{\"alg\":\"dir\",\"enc\":\"A128GCM\"}", Reason.EVIDENCE_ALGORITHM),
        row("p2c", with("\"p2c\":2147483647"), Reason.EVIDENCE_MALFORMED),
        row("p2s", with("\"p2s\":\"AAAA\""), Reason.EVIDENCE_MALFORMED),
        row("enc", with("\"enc\":\"A128GCM\""), Reason.EVIDENCE_MALFORMED),
        row("zip", with("\"zip\":\"DEF\""), Reason.EVIDENCE_MALFORMED),
        row("unknown crit", with("\"crit\":[\"exp\"],\"exp\":1"), Reason.EVIDENCE_MALFORMED),
        row("empty crit", with("\"crit\":[]"), Reason.EVIDENCE_MALFORMED),
        row("null crit", with("\"crit\":null"), Reason.EVIDENCE_MALFORMED),
        row("crit twice the same", with("\"crit\":[\"x\",\"x\"]"), Reason.EVIDENCE_MALFORMED),
        row("b64 false", with("\"b64\":false,\"crit\":[\"b64\"]"), Reason.EVIDENCE_MALFORMED),
        row("b64 true", with("\"b64\":true"), Reason.EVIDENCE_MALFORMED),
        row("number as kid", with("\"kid\":1"), Reason.EVIDENCE_MALFORMED),
        row("object as kid", with("\"kid\":{}"), Reason.EVIDENCE_MALFORMED),
        row("null kid", with("\"kid\":null"), Reason.EVIDENCE_MALFORMED),
        row("empty kid", with("\"kid\":\"\""), Reason.EVIDENCE_MALFORMED),
        row("long kid", with("\"kid\":\"" + "k".repeat(257) + "\""), Reason.EVIDENCE_MALFORMED),
        row("number as typ", with("\"typ\":1"), Reason.EVIDENCE_MALFORMED),
        row("array as typ", with("\"typ\":[\"JWT\"]"), Reason.EVIDENCE_MALFORMED),
        row("duplicate alg", "{\"alg\":\"ES256\",\"alg\":\"none\"}", Reason.EVIDENCE_MALFORMED),
        row(
            "escaped duplicate",
            "{\"alg\":\"ES256\",\"\\u0061lg\":\"x\"}",
            Reason.EVIDENCE_MALFORMED),
        row("an array", "[\"alg\",\"ES256\"]", Reason.EVIDENCE_MALFORMED),
        row("a string", "\"ES256\"", Reason.EVIDENCE_MALFORMED),
        row("null", "null", Reason.EVIDENCE_MALFORMED),
        row("white space", "  ", Reason.EVIDENCE_MALFORMED),
        row("two objects", HEADER + HEADER, Reason.EVIDENCE_MALFORMED),
        row("a trailing comma", "{\"alg\":\"ES256\",}", Reason.EVIDENCE_MALFORMED),
        row("single quotes", "{'alg':'ES256'}", Reason.EVIDENCE_MALFORMED),
        row("no quotes", "{alg:\"ES256\"}", Reason.EVIDENCE_MALFORMED),
        row("a comment", "{/**/\"alg\":\"ES256\"}", Reason.EVIDENCE_MALFORMED),
        row("cut short", "{\"alg\":\"ES256\"", Reason.EVIDENCE_MALFORMED),
        row("a byte order mark", "\uFEFF" + HEADER, Reason.EVIDENCE_MALFORMED),
        row("half a surrogate", with("\"kid\":\"\\ud800\""), Reason.EVIDENCE_MALFORMED),
        row("a raw control character", with("\"kid\":\"\u0001\""), Reason.EVIDENCE_MALFORMED));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongHeaders")
  void aHeaderThatBreaksARuleIsRefused(String name, String header, Reason reason) {
    assertThat(refusal(token(header, PAYLOAD)).reason()).isEqualTo(reason);
  }

  static Stream<Arguments> wrongPayloads() {
    return Stream.of(
        row("an array", "[]"),
        row("a string", "\"x\""),
        row("a number", "1"),
        row("a PlainJWT, as in CVE-2026-29000", "eyJhbGciOiJub25lIn0.e30."),
        row("a nested JWS", token(HEADER, PAYLOAD)),
        row("duplicate names", "{\"sub\":\"a\",\"sub\":\"b\"}"),
        row("duplicate names below", "{\"a\":{\"b\":1,\"b\":2}}"),
        row("duplicate names in an array", "{\"a\":[{\"b\":1,\"b\":1}]}"),
        row("NaN", "{\"exp\":NaN}"),
        row("Infinity", "{\"exp\":Infinity}"),
        row("a leading zero", "{\"exp\":01}"),
        row("a plus", "{\"exp\":+1}"),
        row("a long number", "{\"exp\":" + "1".repeat(65) + "}"),
        row("a long fraction", "{\"exp\":0." + "1".repeat(65) + "}"),
        row("deep arrays", "{\"a\":" + "[".repeat(16) + "]".repeat(16) + "}"),
        row("deep objects", "{\"a\":".repeat(17) + "1" + "}".repeat(17)),
        row("endless depth", "[".repeat(5000)),
        row("a long name", "{\"" + "n".repeat(513) + "\":1}"),
        row("a byte order mark", "\uFEFF{}"),
        row("text after", "{}x"),
        row("a NUL after", "{}\0"),
        row("half a surrogate", "{\"sub\":\"\\udfff\"}"),
        row("half a surrogate in a name", "{\"\\ud800\":1}"),
        row("a wrong pair", "{\"sub\":\"\\udc00\\ud800\"}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongPayloads")
  void aPayloadThatBreaksARuleIsRefused(String name, String payload) {
    MalformedJose refusal = refusal(token(HEADER, payload));
    assertThat(refusal.reason()).isEqualTo(Reason.EVIDENCE_MALFORMED);
    assertThat(refusal).hasMessageContaining("the payload");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7b22737562223a22c0ae227d", // overlong full stop
        "7b22737562223a22eda080227d", // a surrogate encoded
        "7b22737562223a22ff227d",
        "7b22737562223a22e282227d", // cut short
        "7b22737562223a22f4908080227d", // beyond U+10FFFF
        "7b22737562223a2280227d",
        "fffe7b007d00", // UTF-16
        "7b007d00"
      })
  void bytesThatAreNotUtf8AreRefused(String hex) {
    String payload = Base64Url.encode(HexFormat.of().parseHex(hex));
    assertThat(refusal(encode(HEADER) + "." + payload + "." + SIGNATURE).reason())
        .isEqualTo(Reason.EVIDENCE_MALFORMED);
  }

  static Stream<String> wrongForms() {
    String good = token(HEADER, PAYLOAD);
    String header = encode(HEADER);
    String payload = encode(PAYLOAD);
    return Stream.of(
        "",
        ".",
        "..",
        "...",
        ".".repeat(60_000),
        header,
        header + "." + payload,
        header + "." + payload + ".",
        header + ".." + SIGNATURE,
        "." + payload + "." + SIGNATURE,
        good + ".",
        good + ".x",
        good + ".x.y",
        "." + good,
        good + "=",
        good + "==",
        header + "=." + payload + "." + SIGNATURE,
        header + "." + payload + "==." + SIGNATURE,
        " " + good,
        good + " ",
        good + "\n",
        good.replace(".", ".\n"),
        good.replace(".", " . "),
        header + "." + payload + "." + SIGNATURE.replace("A", "+"),
        header + "." + payload + "." + SIGNATURE.replace("A", "/"),
        header + "." + payload + ".AAAAA",
        header + "." + payload + ".AB", // trailing bits
        header + "." + payload + ".AAB",
        header + "." + payload + ".A\u0100AA",
        header + "." + payload + ".A\u00c4AA",
        "{\"payload\":\"" + payload + "\",\"signatures\":[]}",
        "{\"protected\":\"" + header + "\",\"payload\":\"" + payload + "\",\"signature\":\"x\"}",
        "Bearer " + good);
  }

  @ParameterizedTest
  @MethodSource("wrongForms")
  void whatIsNotThreePartsOfCanonicalBase64UrlIsRefused(String text) {
    assertThat(refusal(text).reason()).isEqualTo(Reason.EVIDENCE_MALFORMED);
  }

  @Test
  void everyOtherSpellingOfTheLastCharacterIsRefused() throws MalformedJose {
    KeyPair keys = Crypto.generate(SignatureAlgorithm.ES256);
    String good = Jws.sign(SignatureAlgorithm.ES256, keys.getPrivate(), null, null, bytes(PAYLOAD));
    assertThat(Jws.parse(good, 4096).signedBy(keys.getPublic())).isTrue();
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int accepted = 0;
    for (int i = 0; i < alphabet.length(); i++) {
      String spelt = good.substring(0, good.length() - 1) + alphabet.charAt(i);
      try {
        if (Jws.parse(spelt, 4096).signedBy(keys.getPublic())) {
          accepted++;
        }
      } catch (MalformedJose e) {
        assertThat(e.reason()).isEqualTo(Reason.EVIDENCE_MALFORMED);
      }
    }
    assertThat(accepted).isOne();
  }

  @Test
  void aTokenOverTheLimitIsTooLarge() throws MalformedJose {
    String good = token(HEADER, PAYLOAD);
    assertThat(Jws.parse(good, good.length()).algorithm()).isEqualTo(SignatureAlgorithm.ES256);
    assertThat(catchThrowableOfType(MalformedJose.class, () -> Jws.parse(good, good.length() - 1)))
        .extracting(MalformedJose::reason)
        .isEqualTo(Reason.REQUEST_TOO_LARGE);
  }

  @Test
  void aHeaderOverFourKilobytesIsRefused() {
    String header = with("\"x\":\"" + "x".repeat(4096) + "\"");
    assertThat(refusal(token(header, PAYLOAD))).hasMessageContaining("longer than 4096");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"jwk\":{\"kty\":\"EC\"}",
        "\"jku\":\"https://evil.example/jwks\"",
        "\"x5u\":\"https://evil.example/c\"",
        "\"x5c\":[\"AAAA\"]",
        "\"x5t\":\"AAAA\"",
        "\"kid\":\"../../dev/null\"",
        "\"kid\":\"' OR 1=1 --\"",
        "\"kid\":\"*)(uid=*\""
      })
  void whatAHeaderSaysOfKeysIsNothingButAName(String member) throws MalformedJose {
    KeyPair keys = Crypto.generate(SignatureAlgorithm.ES256);
    Jws jws = Jws.parse(token(with(member), PAYLOAD), 65_536);
    assertThat(jws.signedBy(keys.getPublic())).isFalse();
    assertThat(jws.headerNames()).hasSize(2);
  }

  @Test
  void aTokenSignedWithTheKeyThatItEmbedsIsSignedByNobody() throws Exception {
    KeyPair attacker = Crypto.generate(SignatureAlgorithm.ES256);
    KeyPair issuer = Crypto.generate(SignatureAlgorithm.ES256);
    String jwk = new Jwk(null, null, null, attacker.getPublic(), null).toJson().toString();
    String signed = encode(with("\"jwk\":" + jwk)) + "." + encode(PAYLOAD);
    byte[] signature = Crypto.sign(SignatureAlgorithm.ES256, attacker.getPrivate(), bytes(signed));
    Jws jws = Jws.parse(signed + "." + Base64Url.encode(signature), 65_536);
    assertThat(jws.signedBy(issuer.getPublic())).isFalse();
    assertThat(jws.headerNames()).contains("jwk");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSignedIsParsedAndVerified(SignatureAlgorithm algorithm) throws MalformedJose {
    KeyPair keys = Crypto.generate(algorithm);
    String token = Jws.sign(algorithm, keys.getPrivate(), "k", "JWT", bytes(PAYLOAD));
    Jws jws = Jws.parse(token, 65_536);
    assertThat(jws.signedBy(keys.getPublic())).isTrue();
    assertThat(jws.keyId()).isEqualTo("k");
    assertThat(jws.type()).isEqualTo("JWT");
    assertThat(jws.algorithm()).isEqualTo(algorithm);
    assertThat(jws.claims().path("sub").textValue()).isEqualTo("a");
    assertThat(jws).hasToString("Jws[redacted]");
  }

  @Test
  void theHashIsThatOfTheCompactForm() throws Exception {
    String token = token(HEADER, PAYLOAD);
    byte[] hash = java.security.MessageDigest.getInstance("SHA-256").digest(bytes(token));
    assertThat(Jws.parse(token, 4096).sha256()).isEqualTo(HexFormat.of().formatHex(hash));
  }

  @Test
  void noMessageShowsTheToken() {
    String secret = "verysecretvalue";
    for (String payload : new String[] {"{\"" + secret, secret, "{\"a\":" + secret + "}"}) {
      MalformedJose refusal = refusal(token(HEADER, payload));
      assertThat(refusal.getMessage()).doesNotContain(secret);
      assertThat(refusal.getCause()).isNull();
    }
  }

  private static MalformedJose refusal(String text) {
    MalformedJose refusal =
        catchThrowableOfType(MalformedJose.class, () -> Jws.parse(text, 65_536));
    assertThat(refusal).as(text.length() > 200 ? text.substring(0, 200) : text).isNotNull();
    return refusal;
  }

  private static String with(String members) {
    return "{\"alg\":\"ES256\"," + members + "}";
  }

  private static String token(String header, String payload) {
    return encode(header) + "." + encode(payload) + "." + SIGNATURE;
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Arguments row(Object... values) {
    return Arguments.of(values);
  }
}
