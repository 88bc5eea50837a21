package io.mintmark.ledger.tree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The full subtrees on the right edge of a growing tree, the largest first: all that is needed to
 * add leaves and to know the root. One hash per set bit of the size.
 */
public final class RightEdge {
  private final List<byte[]> subtrees;
  private long size;

  public RightEdge() {
    this(0, new ArrayList<>());
  }

  private RightEdge(long size, List<byte[]> subtrees) {
    this.size = size;
    this.subtrees = subtrees;
  }

  /** How many leaves the tree has. */
  public long size() {
    return size;
  }

  /** Adds the hash of the next leaf. */
  public void add(TreeHash hash, byte[] leaf) {
    byte[] subtree = leaf;
    for (long left = size; (left & 1) == 1; left >>>= 1) {
      subtree = hash.node(subtrees.removeLast(), subtree);
    }
    subtrees.add(subtree);
    size++;
  }

  /** The root of the tree so far. */
  public byte[] root(TreeHash hash) {
    if (subtrees.isEmpty()) {
      return hash.ofNothing();
    }
    byte[] root = subtrees.getLast();
    for (int i = subtrees.size() - 2; i >= 0; i--) {
      root = hash.node(subtrees.get(i), root);
    }
    return root;
  }

  public RightEdge copy() {
    return new RightEdge(size, new ArrayList<>(subtrees));
  }

  /** One base64 hash a line, the largest subtree first. */
  public byte[] text() {
    StringBuilder text = new StringBuilder();
    for (byte[] subtree : subtrees) {
      text.append(Base64.getEncoder().encodeToString(subtree)).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads what {@link #text} wrote for a tree of {@code size} leaves.
   *
   * @throws MalformedNote if the number or the length of the hashes does not fit the size
   */
  public static RightEdge parse(long size, byte[] text) throws MalformedNote {
    List<byte[]> subtrees = new ArrayList<>();
    for (String line : new String(text, StandardCharsets.US_ASCII).lines().toList()) {
      subtrees.add(Base64Text.hash(line));
    }
    if (subtrees.size() != Long.bitCount(size)) {
      throw new MalformedNote("the right edge does not fit a tree of " + size + " leaves");
    }
    return new RightEdge(size, subtrees);
  }
}
