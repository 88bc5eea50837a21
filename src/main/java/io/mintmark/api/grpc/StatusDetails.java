package io.mintmark.api.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.mintmark.api.Answer;
import io.mintmark.wire.v1.Refusal;

/**
 * Refusals as gRPC tells them: as our {@code Refusal}, which any client can read by reflection, and
 * as {@code google.rpc.ErrorInfo} and {@code RetryInfo} for those that know these.
 */
final class StatusDetails {
  private static final String DOMAIN = "mintmark";

  private StatusDetails() {}

  static StatusRuntimeException of(Answer.Declined declined) {
    return StatusProto.toStatusRuntimeException(status(declined));
  }

  static Status status(Answer.Declined declined) {
    ErrorInfo.Builder info =
        ErrorInfo.newBuilder().setReason(declined.reason().word()).setDomain(DOMAIN);
    if (declined.decisionId() != null) {
      info.putMetadata("decision_id", declined.decisionId());
    }
    Refusal.Builder refusal = Refusal.newBuilder().setReason(declined.reason().word());
    if (declined.decisionId() != null) {
      refusal.setDecisionId(declined.decisionId());
    }
    java.time.Duration retryAfter = declined.told().retryAfter();
    if (retryAfter != null) {
      refusal.setRetryAfterSeconds(retryAfter.toSeconds());
    }
    Status.Builder status =
        Status.newBuilder()
            .setCode(declined.told().grpcStatus().value())
            .setMessage(declined.told().sentence())
            .addDetails(Any.pack(refusal.build()))
            .addDetails(Any.pack(info.build()));
    if (retryAfter != null) {
      Duration delay = Duration.newBuilder().setSeconds(retryAfter.toSeconds()).build();
      status.addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()));
    }
    return status.build();
  }
}
