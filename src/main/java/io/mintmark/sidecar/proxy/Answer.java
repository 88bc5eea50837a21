package io.mintmark.sidecar.proxy;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the proxy says in its own name: one JSON object, nothing of the request in it. */
final class Answer {
  private Answer() {}

  static ByteBuf body(Refusal refusal, @Nullable String detail) {
    StringBuilder json =
        new StringBuilder("{\"error\":\"")
            .append(refusal.reason())
            .append("\",\"error_description\":\"")
            .append(refusal.message())
            .append('"');
    if (detail != null) {
      json.append(",\"reason\":\"")
          .append(JsonStringEncoder.getInstance().quoteAsString(detail))
          .append('"');
    }
    return Unpooled.copiedBuffer(json.append("}\n"), StandardCharsets.UTF_8);
  }
}
