package io.mintmark.ledger.tree;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** RFC 6962 section 2.1 hashing with SHA-256. One instance belongs to one thread. */
public final class TreeHash {
  /** Bytes of a hash. */
  public static final int LENGTH = 32;

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private final MessageDigest digest = sha256();

  /** The hash of a leaf: a line without its newline. */
  public byte[] leaf(byte[] bytes, int offset, int length) {
    digest.update(LEAF);
    digest.update(bytes, offset, length);
    return digest.digest();
  }

  /** The same, put into {@code out} at {@code at}. */
  public void leaf(byte[] bytes, int offset, int length, byte[] out, int at) {
    digest.update(LEAF);
    digest.update(bytes, offset, length);
    try {
      digest.digest(out, at, LENGTH);
    } catch (DigestException small) {
      throw new IllegalArgumentException(small);
    }
  }

  public byte[] leaf(byte[] line) {
    return leaf(line, 0, line.length);
  }

  /** The hash of an inner node. */
  public byte[] node(byte[] left, byte[] right) {
    digest.update(NODE);
    digest.update(left);
    digest.update(right);
    return digest.digest();
  }

  /** The root of the tree without leaves: the hash of nothing. */
  public byte[] ofNothing() {
    return digest.digest();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
