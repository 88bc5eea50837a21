package io.mintmark.sidecar.process;

import java.util.regex.Pattern;

/** What programs, libraries and others said, as far as a log may hold it. */
public final class OutsideText {
  private static final Pattern LONG_WORD = Pattern.compile("[A-Za-z0-9+/_=.-]{24,}+");
  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7E]+");
  private static final int MOST = 512;

  private OutsideText() {}

  /** Printable, short, and without any word that could be a credential or a part of one. */
  public static String harmless(String said) {
    String withheld = LONG_WORD.matcher(said).replaceAll("[withheld]");
    String printable = UNPRINTABLE.matcher(withheld).replaceAll(" ").strip();
    return printable.length() <= MOST ? printable : printable.substring(0, MOST) + "…";
  }
}
