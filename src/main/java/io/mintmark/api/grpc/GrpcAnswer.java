package io.mintmark.api.grpc;

import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.mintmark.api.http.Failures;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ends calls in our own words, at whatever point they are. */
public final class GrpcAnswer {
  /** RFC 9113 section 7. */
  private static final long NO_ERROR = 0;

  private GrpcAnswer() {}

  /** A bug of ours: the operator reads it in the log, the caller learns that there was one. */
  public static void broken(HttpServerRequest request, @Nullable Throwable failure) {
    Failures.log(failure);
    end(request, Code.INTERNAL, "the broker failed; its log says why");
  }

  static void end(HttpServerRequest request, Code code, String sentence) {
    send(request, Status.newBuilder().setCode(code.value()).setMessage(sentence).build());
  }

  /** Sends a status; its message is one of our sentences, which need no percent-encoding. */
  static void send(HttpServerRequest request, Status status) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("grpc-status", Integer.toString(status.getCode()));
    fields.put("grpc-message", status.getMessage());
    if (status.getDetailsCount() > 0) {
      fields.put(
          "grpc-status-details-bin",
          Base64.getEncoder().withoutPadding().encodeToString(status.toByteArray()));
    }
    if (response.headWritten()) {
      fields.forEach(response::putTrailer);
    } else {
      response
          .setStatusCode(200)
          .putHeader("content-type", "application/grpc")
          .putHeader("grpc-accept-encoding", "identity");
      fields.forEach(response::putHeader);
    }
    boolean whole = request.isEnded();
    var _ =
        response
            .end()
            .onSuccess(
                sent -> {
                  if (!whole) {
                    // what is still being sent is not read (RFC 9113 section 8.1)
                    response.reset(NO_ERROR);
                  }
                });
  }
}
