package io.mintmark.api.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.mintmark.api.Answer;

/** Refusals as gRPC tells them: the reason and decision id are in {@code google.rpc.ErrorInfo}. */
final class StatusDetails {
  private static final String DOMAIN = "mintmark";

  private StatusDetails() {}

  static StatusRuntimeException of(Answer.Declined declined) {
    ErrorInfo.Builder info =
        ErrorInfo.newBuilder().setReason(declined.reason().word()).setDomain(DOMAIN);
    if (declined.decisionId() != null) {
      info.putMetadata("decision_id", declined.decisionId());
    }
    Status.Builder status =
        Status.newBuilder()
            .setCode(declined.told().grpcStatus().value())
            .setMessage(declined.told().sentence())
            .addDetails(Any.pack(info.build()));
    java.time.Duration retryAfter = declined.told().retryAfter();
    if (retryAfter != null) {
      Duration delay = Duration.newBuilder().setSeconds(retryAfter.toSeconds()).build();
      status.addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }
}
