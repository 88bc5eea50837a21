package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateRequestTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("badRequests")
  void aBadRequestIsRefused(String name, Reason reason, byte[] bytes) {
    assertThatThrownBy(() -> CertificateRequest.parse(bytes))
        .isInstanceOfSatisfying(
            MalformedCsr.class, e -> assertThat(e.reason()).as(name).isEqualTo(reason));
  }

  static List<Arguments> badRequests() throws Exception {
    byte[] good = Requests.good();
    KeyPair p256 = Crypto.generate(SignatureAlgorithm.ES256);
    KeyPair other = Crypto.generate(SignatureAlgorithm.ES256);
    KeyPair ed25519 = Crypto.generate(SignatureAlgorithm.EDDSA);
    KeyPair rsa = Crypto.generate(SignatureAlgorithm.RS256);
    byte[] pem = Requests.pem("CERTIFICATE REQUEST", good);
    return List.of(
        malformed("nothing", new byte[0]),
        malformed("one byte", new byte[] {0x30}),
        malformed("text", "hello".getBytes(StandardCharsets.US_ASCII)),
        malformed("larger than 16 KiB", Requests.withAttributes(p256, 17_000)),
        malformed("white space of 17 KiB", " ".repeat(17_000).getBytes(StandardCharsets.US_ASCII)),
        malformed("truncated", Arrays.copyOf(good, good.length - 1)),
        malformed("bytes behind it", Arrays.copyOf(good, good.length + 1)),
        malformed("two requests", join(good, good)),
        malformed("two PEM blocks", join(pem, pem)),
        malformed("another PEM label", Requests.pem("CERTIFICATE", good)),
        malformed("a private key", Requests.pem("PRIVATE KEY", p256.getPrivate().getEncoded())),
        malformed(
            "text before the PEM", join("Subject: x\n".getBytes(StandardCharsets.US_ASCII), pem)),
        malformed("text behind the PEM", join(pem, "x".getBytes(StandardCharsets.US_ASCII))),
        malformed("PEM without end", Arrays.copyOf(pem, pem.length - 10)),
        malformed(
            "PEM of no base64",
            "-----BEGIN CERTIFICATE REQUEST-----\n!!!!\n-----END CERTIFICATE REQUEST-----\n"
                .getBytes(StandardCharsets.US_ASCII)),
        malformed("PEM with NUL", join(pem, new byte[] {0})),
        malformed(
            "UTF-16", new String(pem, StandardCharsets.US_ASCII).getBytes(StandardCharsets.UTF_16)),
        malformed("BER of indefinite length", indefinite(good)),
        malformed("a length with a leading zero", longLength(good)),
        malformed(
            "another key's signature",
            Requests.signed(info(p256), other.getPrivate(), "SHA256withECDSA")),
        malformed("r = s = 0", Requests.resigned(good, sequence(BigInteger.ZERO, BigInteger.ZERO))),
        malformed("r = s = n", Requests.resigned(good, sequence(N, N))),
        malformed(
            "negative r",
            Requests.resigned(good, sequence(BigInteger.ONE.negate(), BigInteger.ONE))),
        malformed(
            "huge r",
            Requests.resigned(good, sequence(BigInteger.ONE.shiftLeft(4000), BigInteger.ONE))),
        malformed("r, s and more", withMore(p256)),
        malformed("empty signature", Requests.resigned(good, new byte[0])),
        malformed("signature of zeros", Requests.resigned(good, new byte[64])),
        malformed("SHA-1 with ECDSA", Requests.signed(p256, "SHA1withECDSA")),
        malformed("SHA-1 with RSA", Requests.signed(rsa, "SHA1withRSA")),
        malformed("MD5 with RSA", Requests.signed(rsa, "MD5withRSA")),
        malformed("version 2", Requests.ofVersion(1, p256)),
        malformed("version -1", Requests.ofVersion(-1, p256)),
        malformed("nested a thousand deep", nested(1000)),
        refusedKey("RSA of 1024 bits", Requests.signed(Requests.rsa(1024), "SHA256withRSA")),
        refusedKey(
            "RSA with an even modulus",
            rsaOf(rsaModulus(rsa).subtract(BigInteger.ONE), 65537, rsa)),
        refusedKey("RSA with e = 1", rsaOf(rsaModulus(rsa), 1, rsa)),
        refusedKey("RSA with e = 2", rsaOf(rsaModulus(rsa), 2, rsa)),
        refusedKey("RSA with e = 3", rsaOf(rsaModulus(rsa), 3, rsa)),
        refusedKey(
            "RSA with a small factor",
            rsaOf(BigInteger.ONE.shiftLeft(2047).add(smallFactor()), 65537, rsa)),
        refusedKey(
            "RSA of 16384 bits", rsaOf(BigInteger.ONE.shiftLeft(16383).setBit(0), 65537, rsa)),
        refusedKey("RSA with a negative modulus", rsaOf(rsaModulus(rsa).negate(), 65537, rsa)),
        refusedKey("secp256k1", Requests.signed(Requests.elliptic("secp256k1"), "SHA256withECDSA")),
        refusedKey("P-224", Requests.signed(Requests.elliptic("secp224r1"), "SHA256withECDSA")),
        refusedKey(
            "brainpool", Requests.signed(Requests.elliptic("brainpoolP256r1"), "SHA256withECDSA")),
        refusedKey(
            "a point off its curve",
            Requests.signed(offCurve(p256), p256.getPrivate(), "SHA256withECDSA")),
        refusedKey(
            "the point at infinity",
            Requests.signed(point(new byte[] {0}), p256.getPrivate(), "SHA256withECDSA")),
        refusedKey(
            "half a point",
            Requests.signed(point(new byte[] {4, 1, 2, 3}), p256.getPrivate(), "SHA256withECDSA")),
        refusedKey("explicit curve parameters", explicit(p256)),
        refusedKey(
            "Ed448",
            Requests.signed(
                Requests.generate(
                    "Ed448", new org.bouncycastle.jcajce.spec.EdDSAParameterSpec("Ed448")),
                "Ed448")),
        refusedKey("DSA", Requests.signed(dsa(), "SHA256withDSA")),
        refusedKey("Ed25519 of small order", edwards(new byte[32], ed25519.getPrivate())),
        refusedKey("Ed25519 identity", edwards(identity(), ed25519.getPrivate())),
        refusedKey("Ed25519 of 31 bytes", edwards(new byte[31], ed25519.getPrivate())));
  }

  @ParameterizedTest
  @CsvSource({
    "secp256r1, SHA256withECDSA",
    "secp256r1, SHA384withECDSA",
    "secp384r1, SHA256withECDSA",
    "secp384r1, SHA384withECDSA",
    "secp521r1, SHA256withECDSA",
    "secp521r1, SHA512withECDSA"
  })
  void anEllipticKeyIsTakenWithAnyGoodDigest(String curve, String algorithm) throws Exception {
    KeyPair pair = Requests.elliptic(curve);
    assertTaken(pair, algorithm);
    byte[] anothers =
        Requests.signed(
            SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()),
            Requests.elliptic(curve).getPrivate(),
            algorithm);
    assertThatThrownBy(() -> CertificateRequest.parse(anothers))
        .isInstanceOfSatisfying(
            MalformedCsr.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.CSR_MALFORMED));
  }

  @ParameterizedTest
  @CsvSource({
    "2048, SHA256withRSA",
    "2048, SHA384withRSA",
    "3072, SHA512withRSA",
    "2048, SHA256withRSAandMGF1",
    "2048, SHA512withRSAandMGF1"
  })
  void anRsaKeyIsTaken(int bits, String algorithm) throws Exception {
    assertTaken(Requests.rsa(bits), algorithm);
  }

  /** RFC 4055, RFC 5758, RFC 8410: of each algorithm there is one way to write it. */
  @Test
  void aSignatureWhoseAlgorithmIsWrittenAnotherWayIsRefused() throws Exception {
    KeyPair rsa = Requests.rsa(2048);
    byte[] pss = Requests.signed(rsa, "SHA256withRSAandMGF1");
    assertThat(CertificateRequest.parse(pss).key()).isNotNull();
    AlgorithmIdentifier sha256 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256);
    AlgorithmIdentifier sha512 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha512);
    ASN1Integer salt = new ASN1Integer(32);
    ASN1Integer trailer = new ASN1Integer(1);
    AlgorithmIdentifier mask = new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, sha256);
    AlgorithmIdentifier otherMask = new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, sha512);
    AlgorithmIdentifier noMask =
        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_pSpecified, sha256);
    for (RSASSAPSSparams parameters :
        List.of(
            new RSASSAPSSparams(sha256, otherMask, salt, trailer),
            new RSASSAPSSparams(sha256, noMask, salt, trailer),
            new RSASSAPSSparams(sha512, mask, salt, trailer),
            new RSASSAPSSparams(sha256, mask, new ASN1Integer(20), trailer),
            new RSASSAPSSparams(sha256, mask, salt, new ASN1Integer(2)))) {
      assertMalformed(
          relabelled(
              pss, new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS, parameters)));
    }
    assertMalformed(
        relabelled(
            Requests.good(),
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256, DERNull.INSTANCE)));
    assertMalformed(
        relabelled(
            Requests.signed(Crypto.generate(SignatureAlgorithm.EDDSA), "Ed25519"),
            new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519, DERNull.INSTANCE)));
    assertMalformed(
        relabelled(
            Requests.signed(rsa, "SHA256withRSA"),
            new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption)));
  }

  /** Nobody has signed which algorithm it is. */
  private static byte[] relabelled(byte[] der, AlgorithmIdentifier algorithm) throws Exception {
    CertificationRequest request = CertificationRequest.getInstance(der);
    return new CertificationRequest(
            request.getCertificationRequestInfo(),
            algorithm,
            (DERBitString) request.getSignature().toASN1Primitive())
        .getEncoded(ASN1Encoding.DER);
  }

  private static void assertMalformed(byte[] request) {
    assertThatThrownBy(() -> CertificateRequest.parse(request))
        .isInstanceOfSatisfying(
            MalformedCsr.class, e -> assertThat(e.reason()).isEqualTo(Reason.CSR_MALFORMED));
  }

  @Test
  void anEd25519KeyIsTaken() throws Exception {
    assertTaken(Crypto.generate(SignatureAlgorithm.EDDSA), "Ed25519");
  }

  @ParameterizedTest
  @ValueSource(strings = {"p256.der", "p384.pem", "rsa.der", "pss.der", "ed25519.der"})
  void whatOpensslMakesIsTaken(String name) throws Exception {
    try (var in =
        CertificateRequestTest.class.getResourceAsStream(
            "CertificateRequestFuzzTestInputs/aRequestIsParsedOrRefused/" + name)) {
      assertThat(CertificateRequest.parse(in.readAllBytes()).key()).isNotNull();
    }
  }

  @Test
  void bothPemLabelsAndAnyLineEndingAreTaken() throws Exception {
    byte[] good = Requests.good();
    for (String label : List.of("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")) {
      byte[] pem = Requests.pem(label, good);
      byte[] windows =
          new String(pem, StandardCharsets.US_ASCII)
              .replace("\n", "\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      assertThat(CertificateRequest.parse(pem)).isEqualTo(CertificateRequest.parse(windows));
    }
  }

  @Test
  void attributesAreNotRead() throws Exception {
    KeyPair pair = Crypto.generate(SignatureAlgorithm.ES256);
    assertThat(CertificateRequest.parse(Requests.withAttributes(pair, 100)).key().getEncoded())
        .isEqualTo(pair.getPublic().getEncoded());
  }

  /** Any change of a good request is refused, in one of two ways and no other. */
  @Test
  void noMutationOfAGoodRequestPasses() throws Exception {
    byte[] good = Requests.good();
    byte[] pem = Requests.pem("CERTIFICATE REQUEST", good);
    long seed = 20261122;
    Random random = new Random(seed);
    for (int i = 0; i < 4_000; i++) {
      byte[] mutant = mutant(i % 8 == 0 ? pem : good, random);
      Throwable thrown = catchThrowable(() -> CertificateRequest.parse(mutant));
      if (thrown == null) {
        assertThat(new String(mutant, StandardCharsets.ISO_8859_1))
            .as("seed %d, round %d", seed, i)
            .startsWith("-----"); // white space of PEM may change
      } else {
        assertThat(thrown).as("seed %d, round %d", seed, i).isInstanceOf(MalformedCsr.class);
      }
    }
  }

  private static byte[] mutant(byte[] good, Random random) {
    byte[] mutant = good.clone();
    switch (random.nextInt(4)) {
      case 0 -> mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length));
      case 2 -> {
        int at = random.nextInt(mutant.length);
        for (int i = at; i < Math.min(mutant.length, at + 4); i++) {
          mutant[i] = (byte) ~mutant[i];
        }
      }
      case 3 -> {
        int from = random.nextInt(mutant.length);
        int length = random.nextInt(mutant.length - from) + 1;
        mutant =
            join(
                Arrays.copyOf(mutant, from + length),
                Arrays.copyOfRange(mutant, from, mutant.length));
      }
    }
    return Arrays.equals(mutant, good) ? new byte[0] : mutant;
  }

  private static void assertTaken(KeyPair pair, String algorithm) throws Exception {
    assertThat(CertificateRequest.parse(Requests.signed(pair, algorithm)).key().getEncoded())
        .isEqualTo(SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()).getEncoded());
  }

  private static Arguments malformed(String name, byte[] bytes) {
    return arguments(name, Reason.CSR_MALFORMED, bytes);
  }

  private static Arguments refusedKey(String name, byte[] bytes) {
    return arguments(name, Reason.CSR_KEY, bytes);
  }

  private static final BigInteger N =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private static SubjectPublicKeyInfo info(KeyPair pair) {
    return SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
  }

  private static BigInteger rsaModulus(KeyPair pair) {
    return ((java.security.interfaces.RSAPublicKey) pair.getPublic()).getModulus();
  }

  private static byte[] rsaOf(BigInteger modulus, int exponent, KeyPair signer) throws Exception {
    SubjectPublicKeyInfo key =
        new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
            new RSAPublicKey(modulus, BigInteger.valueOf(exponent)));
    return Requests.signed(key, signer.getPrivate(), "SHA256withRSA");
  }

  /** What makes 2^2047 + x odd and divisible by 751. */
  private static BigInteger smallFactor() {
    BigInteger p = BigInteger.valueOf(751);
    BigInteger x = p.subtract(BigInteger.ONE.shiftLeft(2047).mod(p));
    return x.testBit(0) ? x : x.add(p);
  }

  private static SubjectPublicKeyInfo point(byte[] encoded) {
    return new SubjectPublicKeyInfo(
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1),
        encoded);
  }

  private static SubjectPublicKeyInfo offCurve(KeyPair pair) {
    byte[] encoded = info(pair).getPublicKeyData().getOctets().clone();
    encoded[encoded.length - 1] ^= 1;
    return point(encoded);
  }

  private static byte[] explicit(KeyPair pair) throws Exception {
    var parameters = org.bouncycastle.asn1.sec.SECNamedCurves.getByName("secp256r1");
    SubjectPublicKeyInfo key =
        new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, parameters),
            info(pair).getPublicKeyData().getOctets());
    return Requests.signed(key, pair.getPrivate(), "SHA256withECDSA");
  }

  private static byte[] edwards(byte[] point, PrivateKey signer) throws Exception {
    SubjectPublicKeyInfo key =
        new SubjectPublicKeyInfo(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519), point);
    return Requests.signed(key, signer, "Ed25519");
  }

  private static byte[] identity() {
    byte[] point = new byte[32];
    point[0] = 1;
    return point;
  }

  private static KeyPair dsa() throws Exception {
    var generator = java.security.KeyPairGenerator.getInstance("DSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static byte[] sequence(BigInteger r, BigInteger s) throws Exception {
    ASN1EncodableVector values = new ASN1EncodableVector();
    values.add(new ASN1Integer(r));
    values.add(new ASN1Integer(s));
    return new DERSequence(values).getEncoded(ASN1Encoding.DER);
  }

  /** What the key signed, with a third number that nobody asked for. */
  private static byte[] withMore(KeyPair pair) throws Exception {
    byte[] good = Requests.signed(pair, "SHA256withECDSA");
    byte[] signature = CertificationRequest.getInstance(good).getSignature().getOctets();
    ASN1EncodableVector values = new ASN1EncodableVector();
    ASN1Sequence.getInstance(signature).forEach(values::add);
    values.add(new ASN1Integer(1));
    return Requests.resigned(good, new DERSequence(values).getEncoded(ASN1Encoding.DER));
  }

  private static byte[] indefinite(byte[] der) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x30);
    out.write(0x80);
    ASN1Primitive.fromByteArray(der);
    int header = (der[1] & 0x80) == 0 ? 2 : 2 + (der[1] & 0x7f);
    out.write(der, header, der.length - header);
    out.write(0);
    out.write(0);
    return out.toByteArray();
  }

  private static byte[] longLength(byte[] der) {
    int octets = der[1] & 0x7f;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x30);
    out.write(0x80 | (octets + 1));
    out.write(0);
    out.write(der, 2, der.length - 2);
    return out.toByteArray();
  }

  private static byte[] nested(int depth) throws Exception {
    byte[] inner = new byte[] {5, 0};
    for (int i = 0; i < depth; i++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(0x30);
      out.write(0x82);
      out.write(inner.length >> 8);
      out.write(inner.length);
      out.write(inner);
      inner = out.toByteArray();
    }
    return inner;
  }

  private static byte[] join(byte[] one, byte[] other) {
    byte[] joined = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, joined, one.length, other.length);
    return joined;
  }
}
