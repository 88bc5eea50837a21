package io.mintmark.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import io.mintmark.api.Answer;
import io.mintmark.api.Errors;
import io.mintmark.api.Presentation;
import io.mintmark.workload.Reason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StatusDetailsTest {
  @ParameterizedTest
  @EnumSource
  void everyReasonIsReadableAndSaysWhenToTryAgain(Reason reason) throws Exception {
    Errors.Told told = Errors.told(reason, Presentation.CLIENT);
    Status status =
        StatusProto.fromThrowable(StatusDetails.of(new Answer.Declined(reason, told, "0123")));
    assertThat(status).isNotNull();
    assertThat(status.getCode()).isEqualTo(told.grpcStatus().value());
    boolean info = false;
    boolean retry = false;
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        ErrorInfo unpacked = detail.unpack(ErrorInfo.class);
        assertThat(unpacked.getReason()).isEqualTo(reason.word());
        assertThat(unpacked.getDomain()).isEqualTo("mintmark");
        assertThat(unpacked.getMetadataMap()).containsEntry("decision_id", "0123");
        info = true;
      }
      if (detail.is(RetryInfo.class)) {
        assertThat(detail.unpack(RetryInfo.class).getRetryDelay().getSeconds()).isPositive();
        retry = true;
      }
    }
    assertThat(info).isTrue();
    assertThat(retry).isEqualTo(told.retryAfter() != null);
  }
}
