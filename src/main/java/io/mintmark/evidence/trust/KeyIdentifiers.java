package io.mintmark.evidence.trust;

import java.security.cert.X509Certificate;
import java.util.Arrays;

/**
 * Guesses by key identifiers whether one certificate signed another. A wrong guess only decides
 * whether newer keys are asked for, never what is believed.
 */
final class KeyIdentifiers {
  private static final String SUBJECT_KEY = "2.5.29.14";
  private static final String AUTHORITY_KEY = "2.5.29.35";

  /** Two OCTET STRING headers stand before a subject key identifier (RFC 5280 section 4.2.1.2). */
  private static final int HEADERS = 4;

  private KeyIdentifiers() {}

  static boolean mayAgree(X509Certificate authority, X509Certificate certificate) {
    byte[] subjectKey = authority.getExtensionValue(SUBJECT_KEY);
    byte[] authorityKey = certificate.getExtensionValue(AUTHORITY_KEY);
    if (subjectKey == null || authorityKey == null || subjectKey.length <= HEADERS) {
      return true;
    }
    byte[] wanted = Arrays.copyOfRange(subjectKey, HEADERS, subjectKey.length);
    for (int i = 0; i + wanted.length <= authorityKey.length; i++) {
      if (Arrays.equals(authorityKey, i, i + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }
}
