package io.mintmark.kubernetes.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.workload.Reason;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.Locale;

/** Parts of a status as the API writes them. */
final class Status {
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII));

  private Status() {}

  static boolean has(JsonNode object, String condition) {
    for (JsonNode one : object.path("status").path("conditions")) {
      if (condition.equals(one.path("type").textValue())) {
        return true;
      }
    }
    return false;
  }

  static ObjectNode condition(String type, String reason, String message, Instant now) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", type)
        .put("status", "True")
        .put("reason", reason)
        .put("message", message)
        .put("lastTransitionTime", time(now));
  }

  /** RFC 3339, in whole seconds. */
  static String time(Instant instant) {
    return DateTimeFormatter.ISO_INSTANT.format(instant.truncatedTo(ChronoUnit.SECONDS));
  }

  /** A reason as conditions have it: {@code NoGrant}. */
  static String camelCase(Reason reason) {
    StringBuilder text = new StringBuilder();
    for (String part : reason.word().split("-", -1)) {
      text.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
    }
    return text.toString();
  }

  /** PEM (RFC 7468), nothing between the blocks. */
  static String pem(Collection<X509Certificate> certificates) {
    StringBuilder pem = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      try {
        pem.append("-----BEGIN CERTIFICATE-----\n")
            .append(LINES.encodeToString(certificate.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate of our own cannot be encoded", e);
      }
    }
    return pem.toString();
  }
}
