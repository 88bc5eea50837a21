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
  private static final Whole NOBODY = (level, root) -> {};

  private final List<byte[]> subtrees;
  private final Whole whole;
  private long size;

  public RightEdge() {
    this(NOBODY);
  }

  /**
   * @param whole is told of each subtree that a leaf completes
   */
  public RightEdge(Whole whole) {
    this(0, new ArrayList<>(), whole);
  }

  private RightEdge(long size, List<byte[]> subtrees, Whole whole) {
    this.size = size;
    this.subtrees = subtrees;
    this.whole = whole;
  }

  /** Is told of whole subtrees of {@code 2^level} leaves, in order. */
  public interface Whole {
    void take(int level, byte[] root);
  }

  /** How many leaves the tree has. */
  public long size() {
    return size;
  }

  /** Adds the hash of the next leaf. */
  public void add(TreeHash hash, byte[] leaf) {
    add(hash, leaf, 0);
  }

  /**
   * Adds a full subtree of {@code 2^level} leaves by its root.
   *
   * @throws IllegalArgumentException where such a subtree cannot begin at this size
   */
  public void add(TreeHash hash, byte[] root, int level) {
    if ((size & ((1L << level) - 1)) != 0) {
      throw new IllegalArgumentException(
          "no subtree of level " + level + " begins at leaf " + size);
    }
    byte[] subtree = root;
    int height = level;
    for (long left = size >>> level; (left & 1) == 1; left >>>= 1) {
      subtree = hash.node(subtrees.removeLast(), subtree);
      whole.take(++height, subtree);
    }
    subtrees.add(subtree);
    size += 1L << level;
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
    return new RightEdge(size, new ArrayList<>(subtrees), NOBODY);
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
    return new RightEdge(size, subtrees, NOBODY);
  }
}
