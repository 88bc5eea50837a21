package io.mintmark.api.grpc;

import io.grpc.Status;
import io.mintmark.api.Presentation;
import io.mintmark.api.Refusal;
import io.mintmark.workload.Reason;

/** What can be wrong with a call before anything in its messages is looked at. */
enum Flaw {
  /** Compressed bytes cost more than they weigh, so none are taken (decompression bombs). */
  COMPRESSED(
      Reason.REQUEST_MALFORMED, Status.Code.UNIMPLEMENTED, "compressed messages are not taken"),
  METADATA(
      Reason.REQUEST_MALFORMED, Status.Code.INVALID_ARGUMENT, "the call's metadata is malformed"),
  FRAME(
      Reason.REQUEST_MALFORMED, Status.Code.INVALID_ARGUMENT, "a message is malformed or cut off"),
  COUNT(Reason.REQUEST_MALFORMED, Status.Code.INVALID_ARGUMENT, "the call takes one message"),
  CONTENT(
      Reason.REQUEST_MALFORMED,
      Status.Code.INVALID_ARGUMENT,
      "a message is no protobuf of its type"),
  LATE(
      Reason.REQUEST_MALFORMED,
      Status.Code.INVALID_ARGUMENT,
      "the message did not arrive within ten seconds"),
  TOO_LARGE(Reason.REQUEST_TOO_LARGE, Status.Code.INVALID_ARGUMENT, "a message is too large");

  private final Reason reason;
  private final Status.Code code;
  private final String sentence;

  Flaw(Reason reason, Status.Code code, String sentence) {
    this.reason = reason;
    this.code = code;
    this.sentence = sentence;
  }

  Refusal refusal() {
    return new Refusal(Presentation.CLIENT, reason, sentence);
  }

  Reason reason() {
    return reason;
  }

  Status.Code code() {
    return code;
  }
}
