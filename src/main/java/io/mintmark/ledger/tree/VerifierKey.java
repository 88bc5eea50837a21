package io.mintmark.ledger.tree;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The public half of a log's key under the log's name, as in C2SP signed-note: {@code
 * name+keyid+base64(0x01 || public key)}.
 */
public final class VerifierKey {
  private static final byte ED25519 = 0x01;

  private final String name;
  private final byte[] publicKey;
  private final SignatureCheck check;

  /**
   * @param name the log's origin: not empty, without white space and plus
   * @param publicKey 32 bytes
   */
  public VerifierKey(String name, byte[] publicKey) throws MalformedNote {
    if (!isName(name)) {
      throw new MalformedNote("a key's name is empty or has white space or a plus in it");
    }
    if (publicKey.length != Ed25519.PUBLIC_KEY_SIZE
        || !Ed25519.validatePublicKeyFull(publicKey, 0)) {
      throw new MalformedNote("the Ed25519 public key is not valid");
    }
    this.name = name;
    this.publicKey = publicKey.clone();
    this.check = SignatureCheck.PORTABLE;
  }

  private VerifierKey(VerifierKey key, SignatureCheck check) {
    this.name = key.name;
    this.publicKey = key.publicKey;
    this.check = check;
  }

  /** The same key, whose signatures are checked by another implementation. */
  public VerifierKey checkedBy(SignatureCheck other) {
    return new VerifierKey(this, other);
  }

  /** Reads a verifier key as the file {@code vkey} holds it; white space around it is ignored. */
  public static VerifierKey parse(String vkey) throws MalformedNote {
    String[] parts = vkey.strip().split("\\+", 3);
    if (parts.length != 3) {
      throw new MalformedNote("a verifier key looks like name+keyid+base64");
    }
    byte[] typed = Base64Text.decode(parts[2]);
    if (typed.length < 1 || typed[0] != ED25519) {
      throw new MalformedNote("the verifier key is not an Ed25519 key");
    }
    VerifierKey key = new VerifierKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
    if (!HexFormat.of().formatHex(key.id()).equals(parts[1])) {
      throw new MalformedNote("the verifier key's id does not fit its name and key");
    }
    return key;
  }

  static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= 256
        && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '+');
  }

  /** The log's origin. */
  public String name() {
    return name;
  }

  /** The four bytes that name the key in a signature line. */
  byte[] id() {
    MessageDigest digest = TreeHash.sha256();
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    digest.update(ED25519);
    digest.update(publicKey);
    return Arrays.copyOf(digest.digest(), 4);
  }

  boolean verifies(byte[] message, byte[] signature) {
    return signature.length == Ed25519.SIGNATURE_SIZE
        && check.verifies(publicKey, message, signature);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerifierKey key
        && key.name.equals(name)
        && Arrays.equals(key.publicKey, publicKey);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + Arrays.hashCode(publicKey);
  }

  /** The text of the file {@code vkey}, without a newline. */
  @Override
  public String toString() {
    byte[] typed = new byte[1 + publicKey.length];
    typed[0] = ED25519;
    System.arraycopy(publicKey, 0, typed, 1, publicKey.length);
    return name
        + "+"
        + HexFormat.of().formatHex(id())
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }
}
