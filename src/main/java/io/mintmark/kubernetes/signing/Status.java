package io.mintmark.kubernetes.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.workload.Reason;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Parts of a status as the API writes them. */
final class Status {
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
}
