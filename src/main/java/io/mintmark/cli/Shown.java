package io.mintmark.cli;

import java.io.IOException;

/** What comes from elsewhere, made fit for a terminal and for scripts. */
final class Shown {
  private static final int LONGEST = 300;
  private static final int LONGEST_TOKEN = 65_536;

  private Shown() {}

  /** One line of at most 300 characters, without control sequences and directional overrides. */
  static String text(String foreign) {
    String plain = foreign.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]+", " ").strip();
    return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
  }

  /** A token: one word of visible ASCII, so that it ends no header line early. */
  static String token(String foreign) throws IOException {
    if (foreign.length() > LONGEST_TOKEN || !foreign.matches("[!-~]+")) {
      throw new IOException("the broker's answer holds no usable token");
    }
    return foreign;
  }
}
