package io.mintmark.credential;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes a token's payload: one JSON object in UTF-8. */
final class ClaimsWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private ClaimsWriter() {}

  interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  static byte[] write(Members members) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
