package io.mintmark.jose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A compact JWS that was parsed strictly but <b>not</b> verified: until {@link #signedBy} has said
 * yes, all of it is a claim. Keys that a header embeds or points to ({@code jwk}, {@code jku},
 * {@code x5u}, {@code x5c}) are never used; {@link #headerNames} shows whether there were any.
 */
public final class Jws {
  private static final int MAX_HEADER = 4096;
  private static final int MAX_KEY_ID = 256;
  private static final int MAX_TYPE = 128;

  /**
   * {@code crit} (RFC 7515 section 4.1.11: no extension is understood here), {@code b64} (RFC
   * 7797), and what belongs to JWE only: a decoder that obeyed {@code zip} or {@code p2c} could be
   * made to work without end.
   */
  private static final List<String> REFUSED =
      List.of("crit", "b64", "zip", "enc", "p2c", "p2s", "epk", "apu", "apv", "iv", "tag");

  private final byte[] compact;
  private final int signedLength;
  private final byte[] signature;
  private final SignatureAlgorithm algorithm;
  private final @Nullable String keyId;
  private final @Nullable String type;
  private final Set<String> headerNames;
  private final ObjectNode claims;

  private Jws(
      byte[] compact,
      int signedLength,
      byte[] signature,
      SignatureAlgorithm algorithm,
      ObjectNode header,
      ObjectNode claims)
      throws MalformedJose {
    this.compact = compact;
    this.signedLength = signedLength;
    this.signature = signature;
    this.algorithm = algorithm;
    this.keyId = text(header, "kid", MAX_KEY_ID);
    this.type = text(header, "typ", MAX_TYPE);
    Set<String> names = new HashSet<>();
    header.fieldNames().forEachRemaining(names::add);
    this.headerNames = Set.copyOf(names);
    this.claims = claims;
  }

  /**
   * Parses a compact JWS of at most {@code maxLength} characters (RFC 7515 section 7.1). Reasons:
   * {@code request-too-large}, {@code evidence-malformed}, {@code evidence-algorithm}.
   */
  public static Jws parse(String compact, int maxLength) throws MalformedJose {
    if (compact.length() > maxLength) {
      throw new MalformedJose(
          Reason.REQUEST_TOO_LARGE, "the token is longer than " + maxLength + " characters");
    }
    int first = compact.indexOf('.');
    int second = first < 0 ? -1 : compact.indexOf('.', first + 1);
    if (second < 0 || compact.indexOf('.', second + 1) >= 0) {
      throw malformed("the token does not have the three parts of a compact JWS");
    }
    if (first == 0 || second == first + 1 || second == compact.length() - 1) {
      throw malformed("a part of the token is empty");
    }
    if (first > MAX_HEADER) {
      throw malformed("the header is longer than " + MAX_HEADER + " characters");
    }
    byte[] ascii = compact.getBytes(StandardCharsets.ISO_8859_1);
    ObjectNode header =
        StrictJson.object(Base64Url.decode(ascii, 0, first, "the header"), "the header");
    SignatureAlgorithm algorithm = algorithm(header);
    for (String name : REFUSED) {
      if (header.has(name)) {
        throw malformed("the header parameter \"" + name + "\" is not accepted");
      }
    }
    byte[] payload = Base64Url.decode(ascii, first + 1, second, "the payload");
    byte[] signature = Base64Url.decode(ascii, second + 1, ascii.length, "the signature");
    ObjectNode claims = StrictJson.object(payload, "the payload");
    return new Jws(ascii, second, signature, algorithm, header, claims);
  }

  /**
   * Makes a compact JWS of a JSON object.
   *
   * @param keyId left out where null
   * @param type left out where null
   */
  public static String sign(
      SignatureAlgorithm algorithm,
      PrivateKey key,
      @Nullable String keyId,
      @Nullable String type,
      byte[] payload) {
    ObjectNode header = StrictJson.newObject().put("alg", algorithm.word());
    if (keyId != null) {
      header.put("kid", keyId);
    }
    if (type != null) {
      header.put("typ", type);
    }
    String signed = Base64Url.encode(StrictJson.bytes(header)) + '.' + Base64Url.encode(payload);
    byte[] signature = Crypto.sign(algorithm, key, signed.getBytes(StandardCharsets.ISO_8859_1));
    return signed + '.' + Base64Url.encode(signature);
  }

  public SignatureAlgorithm algorithm() {
    return algorithm;
  }

  public @Nullable String keyId() {
    return keyId;
  }

  public @Nullable String type() {
    return type;
  }

  /** The names of all header parameters. */
  public Set<String> headerNames() {
    return headerNames;
  }

  /** The payload, which is a JSON object without duplicate names; do not change it. */
  public JsonNode claims() {
    return claims;
  }

  /** The payload's registered claims by their types. */
  public Claims typedClaims() {
    return new Claims(claims);
  }

  /** Lower-case hex SHA-256 of the compact form. */
  public String sha256() {
    return HexFormat.of().formatHex(Crypto.sha256(compact));
  }

  /** Whether {@code key} made the signature; false too where key and algorithm do not fit. */
  public boolean signedBy(PublicKey key) {
    return Crypto.verify(algorithm, key, compact, signedLength, signature);
  }

  @Override
  public String toString() {
    return "Jws[redacted]";
  }

  /** Exact and asymmetric: neither {@code none} in any case nor HMAC is an algorithm here. */
  private static SignatureAlgorithm algorithm(ObjectNode header) throws MalformedJose {
    JsonNode word = header.get("alg");
    if (word == null || !word.isTextual()) {
      throw malformed("the header has no \"alg\" string");
    }
    return SignatureAlgorithm.ofWord(word.textValue())
        .orElseThrow(
            () ->
                new MalformedJose(
                    Reason.EVIDENCE_ALGORITHM,
                    "the algorithm is none of RS, ES, PS 256 to 512 and EdDSA"));
  }

  private static @Nullable String text(ObjectNode header, String name, int maxLength)
      throws MalformedJose {
    JsonNode value = header.get(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()
        || value.textValue().isEmpty()
        || value.textValue().length() > maxLength) {
      throw malformed(
          "the header parameter \""
              + name
              + "\" is not a string of 1 to "
              + maxLength
              + " characters");
    }
    return value.textValue();
  }

  private static MalformedJose malformed(String message) {
    return new MalformedJose(Reason.EVIDENCE_MALFORMED, message);
  }
}
