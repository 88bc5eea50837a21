package io.mintmark.sidecar.cloud;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;

/**
 * JSON as SDKs read it. It is written member by member: an object mapper costs more memory than all
 * that the sidecar holds.
 */
final class SdkJson {
  private static final JsonFactory JSON = new JsonFactory();

  private SdkJson() {}

  /** What stands in one object. */
  interface Members {
    void write(JsonGenerator to) throws IOException;
  }

  /** What an endpoint says, as AWS's SDKs read it from a container's. */
  static String credentials(RoleKeys keys, RoleArn role) {
    return object(
        to -> {
          to.writeStringField("AccessKeyId", keys.accessKeyId());
          to.writeStringField("SecretAccessKey", keys.secretAccessKey());
          to.writeStringField("Token", keys.sessionToken());
          to.writeStringField(
              "Expiration", keys.expiresAt().truncatedTo(ChronoUnit.SECONDS).toString());
          to.writeStringField("AccountId", role.account());
          to.writeStringField("RoleArn", role.text());
        });
  }

  static String error(String code, String message) {
    return object(
        to -> {
          to.writeStringField("code", code);
          to.writeStringField("message", message);
        });
  }

  static String object(Members members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator to = JSON.createGenerator(text)) {
      to.writeStartObject();
      members.write(to);
      to.writeEndObject();
    } catch (IOException impossible) {
      throw new IllegalStateException("cannot write JSON", impossible);
    }
    return text.toString();
  }
}
