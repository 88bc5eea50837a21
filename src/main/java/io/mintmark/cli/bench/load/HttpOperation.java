package io.mintmark.cli.bench.load;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What is asked over HTTP/1.1: an operation of one request or more, all on one connection. */
public interface HttpOperation {
  /** Writes the first request of the next operation. */
  void begin(ByteBuf out);

  /**
   * What follows an answer of 200.
   *
   * @param step how many answers this operation had before
   */
  Next after(int step, ByteBuf body);

  /** What follows an answer. */
  sealed interface Next {}

  /** The operation is over; {@code failure} is null for the credential that was asked for. */
  record Over(@Nullable String failure) implements Next {}

  /** It takes one more request, of these bytes. */
  record Ask(byte[] request) implements Next {}
}
