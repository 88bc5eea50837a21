package io.mintmark.api.http;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * The memory that heads of one connection hold before their requests begin: what has come of one
 * that is not whole, and those of HTTP/1 that wait for the answer to another. On the connection's
 * event loop.
 */
final class Heads {
  /** What the bytes of a head, or of a TLS handshake, are at most where nobody means harm. */
  private static final int USUAL = 4 << 10;

  private final IntPredicate take;
  private final IntConsumer give;
  private final Queue<Integer> waiting = new ArrayDeque<>();
  private int arrived;
  private int held;

  /**
   * @param take takes as many bytes of a budget, or says that they are not there
   * @param give gives them back
   */
  Heads(IntPredicate take, IntConsumer give) {
    this.take = take;
    this.give = give;
  }

  /** What a head takes beyond what is usual; text that was decoded is there twice. */
  static int bytes(int size) {
    return Math.max(0, 2 * size - USUAL);
  }

  /**
   * Bytes came that are of a head, or of a handshake. False where there is no memory for what is
   * more than usual.
   */
  boolean arrived(int bytes) {
    arrived += bytes;
    int more = arrived - USUAL - held;
    if (more <= 0) {
      return true;
    }
    if (!take.test(more)) {
      return false;
    }
    held += more;
    return true;
  }

  /** One was read; bytes that came with it may be of the next, where others wait. */
  void read() {
    if (waiting.isEmpty()) {
      whole();
    }
  }

  /** What had come is whole. */
  void whole() {
    arrived = 0;
    give.accept(held);
    held = 0;
  }

  /** One waits for its request to begin, for which so much was taken. */
  void waits(int bytes) {
    waiting.add(bytes);
  }

  /** How many wait. */
  int waiting() {
    return waiting.size();
  }

  /** The oldest that waits has begun: what was taken for it, which is its request's now. */
  int next() {
    Integer bytes = waiting.poll();
    return bytes == null ? 0 : bytes;
  }

  /** The connection is gone. */
  void giveAll() {
    whole();
    waiting.forEach(give::accept);
    waiting.clear();
  }
}
