package io.mintmark.sidecar.proxy;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the proxy says in its own name: one JSON object, nothing of the request in it. */
final class Answer {
  private Answer() {}

  static FullHttpResponse of(Refusal refusal, @Nullable String detail) {
    ByteBuf body = body(refusal, detail);
    FullHttpResponse answer =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, refusal.status(), body);
    answer
        .headers()
        .set("content-type", "application/json")
        .set("content-length", body.readableBytes())
        .set("cache-control", "no-store")
        .set("x-content-type-options", "nosniff");
    if (refusal == Refusal.CREDENTIAL_UNAVAILABLE || refusal == Refusal.UPSTREAM_BUSY) {
      answer.headers().set("retry-after", "1");
    }
    return answer;
  }

  private static ByteBuf body(Refusal refusal, @Nullable String detail) {
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
