package io.mintmark.jose;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.workload.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The registered claims of a JWT by their types (RFC 7519 section 4.1). A claim that is not there
 * is null; one of a wrong type is {@code evidence-malformed}, never absent.
 */
public record Claims(JsonNode object) {
  /** The longest string that any accessor gives. */
  public static final int MAX_STRING = 4096;

  /** The most audiences that a token may name. */
  public static final int MAX_AUDIENCES = 64;

  /** The last second of the year 9999: no date beyond it is meant. */
  private static final long LAST_SECOND = 253_402_300_799L;

  /** A string of 1 to 4,096 characters; null where it is not there. */
  public @Nullable String string(String name) throws MalformedJose {
    JsonNode value = object.get(name);
    return value == null ? null : text(name, value);
  }

  /** As {@link #string}, where the claim is required. */
  public String requiredString(String name) throws MalformedJose {
    return required(name, string(name));
  }

  /**
   * A NumericDate from 1970 to 9999, with a fraction if it has one; null where it is not there. A
   * string, a boolean, an infinite or a negative number is malformed.
   */
  public @Nullable Instant instant(String name) throws MalformedJose {
    JsonNode value = object.get(name);
    if (value == null) {
      return null;
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      long seconds = value.longValue();
      if (seconds >= 0 && seconds <= LAST_SECOND) {
        return Instant.ofEpochSecond(seconds);
      }
    } else if (value.isFloatingPointNumber()) {
      double seconds = value.doubleValue();
      if (seconds >= 0 && seconds <= LAST_SECOND) {
        long whole = (long) seconds;
        return Instant.ofEpochSecond(whole, (long) ((seconds - whole) * 1_000_000_000L));
      }
    }
    throw malformed("the claim \"" + name + "\" is not a date in seconds since 1970");
  }

  /** As {@link #instant}, where the claim is required. */
  public Instant requiredInstant(String name) throws MalformedJose {
    return required(name, instant(name));
  }

  /** {@code aud}: one string or an array of them, at most 64; empty where it is not there. */
  public List<String> audiences() throws MalformedJose {
    JsonNode value = object.get("aud");
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      return List.of(text("aud", value));
    }
    if (value.size() > MAX_AUDIENCES) {
      throw malformed("the claim \"aud\" names more than " + MAX_AUDIENCES + " audiences");
    }
    List<String> audiences = new ArrayList<>(value.size());
    for (JsonNode one : value) {
      audiences.add(text("aud", one));
    }
    return List.copyOf(audiences);
  }

  private static <T> T required(String name, @Nullable T value) throws MalformedJose {
    if (value == null) {
      throw malformed("the claim \"" + name + "\" is missing");
    }
    return value;
  }

  private static String text(String name, JsonNode value) throws MalformedJose {
    if (!value.isTextual()
        || value.textValue().isEmpty()
        || value.textValue().length() > MAX_STRING) {
      throw malformed(
          "the claim \"" + name + "\" is not a string of 1 to " + MAX_STRING + " characters");
    }
    return value.textValue();
  }

  private static MalformedJose malformed(String message) {
    return new MalformedJose(Reason.EVIDENCE_MALFORMED, message);
  }
}
