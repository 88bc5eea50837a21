package io.mintmark.ledger.tree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The path from one leaf to the root (RFC 6962 section 2.1.1), the leaf's sibling first.
 *
 * @param index the leaf's place, from 0
 */
public record InclusionProof(long index, List<byte[]> path) {
  private static final String HEADER = "c2sp.org/tlog-proof@v1";

  public InclusionProof {
    path = List.copyOf(path);
  }

  /** The leaves {@code [start, end)} under one node of a tree. */
  public record Range(long start, long end) {}

  /** The nodes of the path of {@code index} in a tree of {@code size} leaves, lowest first. */
  public static List<Range> siblings(long index, long size) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("leaf " + index + " is not in a tree of " + size);
    }
    List<Range> ranges = new ArrayList<>();
    long start = 0;
    long end = size;
    while (end - start > 1) {
      long middle = start + Long.highestOneBit(end - start - 1);
      if (index < middle) {
        ranges.addFirst(new Range(middle, end));
        end = middle;
      } else {
        ranges.addFirst(new Range(start, middle));
        start = middle;
      }
    }
    return ranges;
  }

  /** The root that this path leads to from a leaf in a tree of {@code size} leaves. */
  public byte[] root(TreeHash hash, byte[] leaf, long size) throws MalformedNote {
    if (index >= size) {
      throw new MalformedNote("the proof is for a leaf that the checkpoint does not have");
    }
    List<Range> siblings = siblings(index, size);
    if (siblings.size() != path.size()) {
      throw new MalformedNote("the proof does not fit the size of the tree");
    }
    byte[] node = leaf;
    for (int i = 0; i < path.size(); i++) {
      boolean right = siblings.get(i).start() > index;
      node = right ? hash.node(node, path.get(i)) : hash.node(path.get(i), node);
    }
    return node;
  }

  /** C2SP tlog-proof, without extra data. */
  public String text(byte[] checkpoint) {
    StringBuilder text = new StringBuilder();
    text.append(HEADER).append("\nindex ").append(index).append('\n');
    for (byte[] node : path) {
      text.append(Base64.getEncoder().encodeToString(node)).append('\n');
    }
    return text.append('\n').append(new String(checkpoint, StandardCharsets.UTF_8)).toString();
  }
}
