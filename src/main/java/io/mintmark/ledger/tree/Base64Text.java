package io.mintmark.ledger.tree;

import java.util.Base64;

/** Canonical standard base64 (RFC 4648 section 4), as C2SP notes want it. */
final class Base64Text {
  private Base64Text() {}

  static byte[] decode(String text) throws MalformedNote {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException malformed) {
      // said below
    }
    throw new MalformedNote("a base64 value is malformed");
  }

  static byte[] hash(String text) throws MalformedNote {
    byte[] hash = decode(text);
    if (hash.length != TreeHash.LENGTH) {
      throw new MalformedNote("a hash is not 32 bytes long");
    }
    return hash;
  }
}
