package io.mintmark.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwkSetTest {
  private static final Jwk EC = jwk("ec", SignatureAlgorithm.ES256);
  private static final Jwk RSA = jwk("rsa", SignatureAlgorithm.RS256);
  private static final Jwk ED = jwk("ed", SignatureAlgorithm.EDDSA);

  @ParameterizedTest
  @EnumSource
  void aKeyThatIsWrittenIsReadAgain(SignatureAlgorithm algorithm) throws MalformedJose {
    Jwk written = jwk("k", algorithm);
    JwkSet set = JwkSet.parse(JwkSet.toJson(List.of(written), Map.of("n", 7L)));
    assertThat(set.members().path("n").longValue()).isEqualTo(7);
    Jwk read = set.keys().getFirst();
    assertThat(read.keyId()).isEqualTo("k");
    assertThat(read.algorithm()).isEqualTo(algorithm);
    assertThat(read.use()).isEqualTo("sig");
    assertThat(read.key().getEncoded()).isEqualTo(written.key().getEncoded());
    assertThat(read.verifies(algorithm)).isTrue();
    assertThat(Jwk.thumbprint(read.key())).isEqualTo(Jwk.thumbprint(written.key())).hasSize(43);
  }

  @Test
  void theAlgorithmMemberRestricts() throws MalformedJose {
    Jwk read = JwkSet.parse(set(RSA.toJson())).keys().getFirst();
    assertThat(read.verifies(SignatureAlgorithm.RS256)).isTrue();
    assertThat(read.verifies(SignatureAlgorithm.PS256)).isFalse();
    assertThat(read.verifies(SignatureAlgorithm.RS512)).isFalse();
    Jwk free = JwkSet.parse(set(without(RSA, "alg"))).keys().getFirst();
    assertThat(free.verifies(SignatureAlgorithm.PS256)).isTrue();
    assertThat(free.verifies(SignatureAlgorithm.ES256)).isFalse();
  }

  static Stream<Arguments> unusable() {
    return Stream.of(
        row("no kty", without(EC, "kty")),
        row("unknown kty", with(EC, "kty", "AKP")),
        row("kty in lower case", with(EC, "kty", "ec")),
        row("kty of another", with(EC, "kty", "RSA")),
        row("no crv", without(EC, "crv")),
        row("secp256k1", with(EC, "crv", "secp256k1")),
        row("another curve", with(EC, "crv", "P-384")),
        row("no x", without(EC, "x")),
        row("no y", without(EC, "y")),
        row("x cut short", with(EC, "x", EC.toJson().path("x").asText().substring(4))),
        row("x padded with zeros", with(EC, "x", "AAAA" + EC.toJson().path("x").asText())),
        row("x is not base64url", with(EC, "x", "!!!!")),
        row("x with padding", with(EC, "x", EC.toJson().path("x").asText() + "=")),
        row("a point off the curve", with(EC, "x", EC.toJson().path("y").asText())),
        row(
            "the point of zeros",
            changed(EC, json -> json.put("x", zeros(32)).put("y", zeros(32)))),
        row("x is a number", changed(EC, json -> json.put("x", 1))),
        row("encryption", with(EC, "use", "enc")),
        row("unknown use", with(EC, "use", "tls")),
        row("use is a number", changed(EC, json -> json.put("use", 1))),
        row("kid is a number", changed(EC, json -> json.put("kid", 1))),
        row("kid is null", changed(EC, json -> json.putNull("kid"))),
        row("kid too long", with(EC, "kid", "k".repeat(257))),
        row("unknown alg", with(EC, "alg", "ES256K")),
        row("alg of another curve", with(EC, "alg", "ES384")),
        row("HMAC alg", with(RSA, "alg", "HS256")),
        row("encryption alg", with(RSA, "alg", "RSA-OAEP")),
        row("key_ops without verify", changed(EC, json -> json.putArray("key_ops").add("encrypt"))),
        row("empty key_ops", changed(EC, json -> json.putArray("key_ops"))),
        row("no n", without(RSA, "n")),
        row("n of 1024 bits", jwk(rsa(1024)).toJson()),
        row("an even n", with(RSA, "n", Base64Url.encode(even(256)))),
        row("n of 16384 bits", with(RSA, "n", Base64Url.encode(odd(2048)))),
        row("e of one", with(RSA, "e", "AQ")),
        row("an even e", with(RSA, "e", "Ag")),
        row("e of zero", with(RSA, "e", "AA")),
        row("an endless e", with(RSA, "e", Base64Url.encode(odd(9)))),
        row("X25519", with(ED, "crv", "X25519")),
        row("Ed448", with(ED, "crv", "Ed448")),
        row("Ed25519 cut short", with(ED, "x", zeros(31))),
        row("x5c of another key", changed(EC, json -> json.putArray("x5c").add("AAAA"))),
        row("empty x5c", changed(EC, json -> json.putArray("x5c"))),
        row("x5c is a string", with(EC, "x5c", "AAAA")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusable")
  void aKeyThatCannotBeUsedIsLeftOutAndLosesNoOther(String name, ObjectNode json)
      throws MalformedJose {
    JwkSet set = JwkSet.parse(set(jwk("first", SignatureAlgorithm.ES256).toJson(), json, RSA2));
    assertThat(set.keys()).extracting(Jwk::keyId).containsExactly("first", "rsa2");
  }

  private static final ObjectNode RSA2 = jwk("rsa2", SignatureAlgorithm.RS256).toJson();

  @ParameterizedTest
  @ValueSource(strings = {"1", "null", "\"x\"", "[]", "{}", "true", "[{}]"})
  void whatIsNoKeyAtAllIsLeftOut(String member) throws MalformedJose {
    byte[] json =
        ("{\"keys\":[" + member + "," + EC.toJson() + "]}").getBytes(StandardCharsets.UTF_8);
    assertThat(JwkSet.parse(json).keys()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
  void aSetWithAPrivateMemberIsRefused(String member) {
    assertThatThrownBy(() -> JwkSet.parse(set(EC.toJson(), with(EC, member, "AAAA"))))
        .isInstanceOf(MalformedJose.class)
        .hasMessage("the JWK set holds a private or symmetric key");
  }

  @Test
  void aSetWithASymmetricKeyIsRefused() {
    assertThatThrownBy(() -> JwkSet.parse(set(EC.toJson(), with(EC, "kty", "oct"))))
        .isInstanceOf(MalformedJose.class);
  }

  @Test
  void twoKeysOfOneIdAreBothLeftOut() throws MalformedJose {
    JwkSet set =
        JwkSet.parse(
            set(
                jwk("same", SignatureAlgorithm.ES256).toJson(),
                RSA.toJson(),
                jwk("same", SignatureAlgorithm.RS256).toJson()));
    assertThat(set.keys()).extracting(Jwk::keyId).containsExactly("rsa");
  }

  @Test
  void theSameKeyTwiceStays() throws MalformedJose {
    assertThat(JwkSet.parse(set(EC.toJson(), EC.toJson())).keys()).hasSize(2);
  }

  static Stream<String> noSets() {
    return Stream.of(
        "",
        " ",
        "[]",
        "null",
        "1",
        "\"keys\"",
        "{",
        "{}",
        "{\"keys\":null}",
        "{\"keys\":{}}",
        "{\"keys\":\"\"}",
        "{\"Keys\":[]}",
        "{\"keys\":[],\"keys\":[]}",
        "{\"keys\":[{\"kid\":\"a\",\"kid\":\"b\"}]}",
        "{\"keys\":[]}x",
        "{\"keys\":[]}{}",
        "\uFEFF{\"keys\":[]}",
        "{\"keys\":[" + "{},".repeat(1000) + "{}]}",
        "{\"keys\":" + "[".repeat(50) + "]".repeat(50) + "}",
        "<html></html>",
        "{\"keys\":[]," + "\"a\":\"" + "x".repeat(1 << 20) + "\"}");
  }

  @ParameterizedTest
  @MethodSource("noSets")
  void whatIsNoJwkSetIsRefused(String json) {
    assertThatThrownBy(() -> JwkSet.parse(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedJose.class);
  }

  @Test
  void anEmptySetIsOne() throws MalformedJose {
    assertThat(JwkSet.parse("{\"keys\":[]}".getBytes(StandardCharsets.UTF_8)).keys()).isEmpty();
  }

  private static byte[] set(ObjectNode... keys) {
    ObjectNode set = StrictJson.newObject();
    ArrayNode array = set.putArray("keys");
    new ArrayList<>(List.of(keys)).forEach(array::add);
    return StrictJson.bytes(set);
  }

  private static Jwk jwk(String keyId, SignatureAlgorithm algorithm) {
    return new Jwk(keyId, "sig", algorithm, Crypto.generate(algorithm).getPublic(), null);
  }

  private static Jwk jwk(PublicKey key) {
    return new Jwk("k", "sig", null, key, null);
  }

  private static PublicKey rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
      generator.initialize(bits);
      return generator.generateKeyPair().getPublic();
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode with(Jwk jwk, String member, String value) {
    return changed(jwk, json -> json.put(member, value));
  }

  private static ObjectNode without(Jwk jwk, String member) {
    return changed(jwk, json -> json.remove(member));
  }

  private static ObjectNode changed(Jwk jwk, Consumer<ObjectNode> change) {
    ObjectNode json = jwk.toJson();
    change.accept(json);
    return json;
  }

  private static String zeros(int octets) {
    return Base64Url.encode(new byte[octets]);
  }

  private static byte[] odd(int octets) {
    byte[] number = new byte[octets];
    java.util.Arrays.fill(number, (byte) 0xff);
    return number;
  }

  private static byte[] even(int octets) {
    byte[] number = odd(octets);
    number[octets - 1] = (byte) 0xfe;
    return number;
  }

  private static Arguments row(Object... values) {
    return Arguments.of(values);
  }
}
