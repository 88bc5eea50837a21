package io.mintmark.sidecar.unix;

/**
 * How many connections a socket holds at once.
 *
 * @param all from everybody together
 * @param perUser from one uid
 */
public record ConnectionLimits(int all, int perUser) {
  public static final ConnectionLimits DEFAULT = new ConnectionLimits(512, 128);

  /** Strangers hold at most this many, each for seconds, to be told that they are not served. */
  static final int STRANGERS = 16;
}
