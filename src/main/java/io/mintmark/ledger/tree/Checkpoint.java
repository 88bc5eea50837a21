package io.mintmark.ledger.tree;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a log was at one moment (C2SP tlog-checkpoint): its name, how many leaves, their root. A
 * value of this type that came out of {@link #open} was signed by the log's key.
 */
public record Checkpoint(String origin, long size, byte[] root) {
  /** Longest note that is read, in bytes; leaves room for witnesses' cosignatures. */
  public static final int LONGEST = 100_000;

  private static final String SIGNATURE = "\u2014 ";

  public Checkpoint {
    root = root.clone();
    if (size < 0 || root.length != TreeHash.LENGTH) {
      throw new IllegalArgumentException("a checkpoint has a size and a hash of 32 bytes");
    }
  }

  @Override
  public byte[] root() {
    return root.clone();
  }

  public String rootText() {
    return Base64.getEncoder().encodeToString(root);
  }

  /** The text that is signed. */
  public String text() {
    return origin + "\n" + size + "\n" + rootText() + "\n";
  }

  /** The signed note: text, empty line, one signature line. */
  public byte[] note(VerifierKey key, UnaryOperator<byte[]> signer) {
    byte[] signature = signer.apply(text().getBytes(StandardCharsets.UTF_8));
    byte[] named = Arrays.copyOf(key.id(), 4 + signature.length);
    System.arraycopy(signature, 0, named, 4, signature.length);
    String line = SIGNATURE + key.name() + " " + Base64.getEncoder().encodeToString(named);
    return (text() + "\n" + line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a note and checks the log's own signature; signatures of other keys, such as witnesses',
   * are passed over, as C2SP signed-note says.
   *
   * @throws MalformedNote if it does not parse, is of another log or is not signed by {@code key}
   */
  public static Checkpoint open(byte[] note, VerifierKey key) throws MalformedNote {
    if (note.length > LONGEST) {
      throw new MalformedNote("the checkpoint is longer than " + LONGEST + " bytes");
    }
    String all = new String(note, StandardCharsets.UTF_8);
    int split = all.lastIndexOf("\n\n");
    if (split < 0
        || split + 3 > all.length()
        || !all.endsWith("\n")
        || !Arrays.equals(all.getBytes(StandardCharsets.UTF_8), note)) {
      throw new MalformedNote("the checkpoint is not a signed note");
    }
    String text = all.substring(0, split + 1);
    Checkpoint checkpoint = read(text);
    if (!checkpoint.origin.equals(key.name())) {
      throw new MalformedNote("the checkpoint is of another log than the key");
    }
    boolean signed = false;
    for (String line : all.substring(split + 2, all.length() - 1).split("\n", -1)) {
      signed |= signs(line, text, key);
    }
    if (!signed) {
      throw new MalformedNote("the checkpoint is not signed by the log's key");
    }
    return checkpoint;
  }

  private static Checkpoint read(String text) throws MalformedNote {
    List<String> lines = List.of(text.split("\n", -1));
    if (lines.size() != 4 || lines.get(0).isEmpty()) {
      throw new MalformedNote("a checkpoint has the three lines origin, size and root");
    }
    return new Checkpoint(lines.get(0), decimal(lines.get(1)), Base64Text.hash(lines.get(2)));
  }

  static long decimal(String text) throws MalformedNote {
    if (text.matches("0|[1-9][0-9]{0,17}")) {
      return Long.parseLong(text);
    }
    throw new MalformedNote("a size is not a plain decimal number");
  }

  private static boolean signs(String line, String text, VerifierKey key) throws MalformedNote {
    if (!line.startsWith(SIGNATURE)) {
      throw new MalformedNote("a signature line is malformed");
    }
    String[] parts = line.substring(SIGNATURE.length()).split(" ", -1);
    if (parts.length != 2 || parts[0].isEmpty()) {
      throw new MalformedNote("a signature line is malformed");
    }
    byte[] named = Base64Text.decode(parts[1]);
    if (named.length < 5) {
      throw new MalformedNote("a signature line is malformed");
    }
    if (!parts[0].equals(key.name()) || !Arrays.equals(Arrays.copyOf(named, 4), key.id())) {
      return false;
    }
    if (!key.verifies(
        text.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(named, 4, named.length))) {
      throw new MalformedNote("the checkpoint's signature does not hold");
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Checkpoint that
        && that.size == size
        && that.origin.equals(origin)
        && Arrays.equals(that.root, root);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(size) * 31 + Arrays.hashCode(root);
  }
}
