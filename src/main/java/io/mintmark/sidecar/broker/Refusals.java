package io.mintmark.sidecar.broker;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.mintmark.sidecar.held.NotObtained;
import io.mintmark.sidecar.tls.TlsFailure;
import io.mintmark.wire.v1.Refusal;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a failed call means. */
final class Refusals {
  private static final int MAX_TEXT = 300;
  private static final int MAX_REASON = 64;

  private Refusals() {}

  /** Whether another address may do better: this one was not reached, or is not the broker. */
  static boolean elsewhere(NotObtained failure) {
    return failure.reason().equals("broker-unreachable")
        || failure.reason().equals("broker-untrusted");
  }

  /** Whether other proof may do better. */
  static boolean otherProof(NotObtained failure) {
    return failure.reason().startsWith("evidence-")
        || failure.reason().startsWith("identity-")
        || failure.reason().equals("issuer-not-trusted")
        || failure.reason().equals("trust-domain-not-trusted")
        || failure.reason().equals("pin-not-met")
        || failure.reason().equals("proof-unavailable");
  }

  static NotObtained of(URI address, StatusRuntimeException failed) {
    Refusal refusal = refusal(failed);
    if (refusal != null) {
      long seconds = refusal.getRetryAfterSeconds();
      return new NotObtained(
          refusal.getReason(),
          "the broker refused (decision "
              + printable(refusal.getDecisionId())
              + "): "
              + printable(String.valueOf(failed.getStatus().getDescription())),
          seconds > 0 && seconds < Integer.MAX_VALUE ? Duration.ofSeconds(seconds) : null);
    }
    Throwable root = failed.getCause();
    if (root != null && TlsFailure.ofCertificate(root)) {
      return new NotObtained(
          "broker-untrusted",
          "\""
              + address
              + "\" is not believed to be the broker: "
              + printable(TlsFailure.reason(root)),
          null);
    }
    if (failed.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
      return Answers.nonsense("it is too large");
    }
    return new NotObtained(
        "broker-unreachable",
        "the broker at \""
            + address
            + "\" gave no answer ("
            + failed.getStatus().getCode()
            + (root == null ? "" : ": " + printable(TlsFailure.reason(root)))
            + ")",
        null);
  }

  private static @Nullable Refusal refusal(StatusRuntimeException failed) {
    com.google.rpc.Status status = StatusProto.fromThrowable(failed);
    if (status == null) {
      return null;
    }
    for (Any detail : status.getDetailsList()) {
      if (detail.is(Refusal.class)) {
        try {
          Refusal refusal = detail.unpack(Refusal.class);
          return isReason(refusal.getReason()) ? refusal : null;
        } catch (InvalidProtocolBufferException malformed) {
          return null;
        }
      }
    }
    return null;
  }

  private static boolean isReason(String reason) {
    return !reason.isEmpty()
        && reason.length() <= MAX_REASON
        && reason
            .chars()
            .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
  }

  private static String printable(@Nullable String text) {
    if (text == null) {
      return "no reason given";
    }
    String line =
        text.codePoints()
            .map(c -> Character.isISOControl(c) ? ' ' : c)
            .limit(MAX_TEXT)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return line.strip();
  }
}
