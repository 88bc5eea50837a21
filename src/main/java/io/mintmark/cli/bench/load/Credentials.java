package io.mintmark.cli.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds that what is answered is a credential, so that nothing that is fast for another reason
 * counts as work. The first answers are read whole; of the rest the length is held to that of the
 * first, since a driver that reads everything takes the processor from whom it measures.
 */
public final class Credentials {
  private static final int READ = 200;
  private static final int ES256_SIGNATURE_BYTES = 64;
  private static final int SUBJECT_URI = 6;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final What what;
  private int read;
  private int shortest = Integer.MAX_VALUE;

  public Credentials(What what) {
    this.what = what;
  }

  /**
   * What is wrong with an answer; null where nothing is.
   *
   * @param length of the answer
   * @param credential a JWT, or certificates in PEM or DER
   */
  public @Nullable String wrong(int length, Supplier<byte[]> credential) {
    if (read >= READ) {
      return length >= shortest * 3L / 4 ? null : "an answer too short for a credential";
    }
    String wrong = wrong(what, credential.get());
    if (wrong == null) {
      read++;
      shortest = Math.min(shortest, length);
    }
    return wrong;
  }

  private static @Nullable String wrong(What what, byte[] credential) {
    return switch (what) {
      case TOKEN, JWT_SVID -> isJwt(credential) ? null : "an answer without a token of ES256";
      case CERTIFICATE -> isSvid(credential) ? null : "an answer without an X.509-SVID";
    };
  }

  private static boolean isJwt(byte[] credential) {
    String[] parts = new String(credential, StandardCharsets.ISO_8859_1).split("\\.", -1);
    if (parts.length != 3) {
      return false;
    }
    try {
      Base64.Decoder base64 = Base64.getUrlDecoder();
      JsonNode header = JSON.readTree(base64.decode(parts[0]));
      JsonNode claims = JSON.readTree(base64.decode(parts[1]));
      return header.path("alg").asText().equals("ES256")
          && !claims.path("sub").asText().isEmpty()
          && claims.path("exp").asLong() > claims.path("iat").asLong()
          && base64.decode(parts[2]).length == ES256_SIGNATURE_BYTES;
    } catch (IOException | IllegalArgumentException unreadable) {
      return false;
    }
  }

  private static boolean isSvid(byte[] credential) {
    try {
      X509Certificate leaf =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(credential));
      var names = leaf.getSubjectAlternativeNames();
      return leaf.getPublicKey().getAlgorithm().equals("EC")
          && names != null
          && names.stream()
              .anyMatch(
                  name ->
                      name.get(0) instanceof Integer kind
                          && kind == SUBJECT_URI
                          && name.get(1).toString().startsWith("spiffe://"));
    } catch (CertificateException unreadable) {
      return false;
    }
  }
}
