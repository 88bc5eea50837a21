package io.mintmark.cli.bench.load;

import java.util.Locale;

/** An operation that is measured. */
public enum What {
  /** A JWT-SVID in, an access token out: one verification, one signature. */
  TOKEN("JWT-SVID to access token", 1),

  /**
   * A JWT-SVID and a certificate request in, an X.509-SVID out: two verifications, one signature.
   */
  CERTIFICATE("JWT-SVID and request to X.509-SVID", 2),

  /** A JWT-SVID in, one of ours out: one verification, one signature. */
  JWT_SVID("JWT-SVID to JWT-SVID", 1);

  private final String sentence;
  private final int verifications;

  What(String sentence, int verifications) {
    this.sentence = sentence;
    this.verifications = verifications;
  }

  public String sentence() {
    return sentence;
  }

  /** ES256 verifications that no broker could do without. */
  public int verifications() {
    return verifications;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
