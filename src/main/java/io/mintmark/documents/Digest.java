package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 over what a document says. Every value is hashed with its type and length, so two
 * different documents never feed the hash the same bytes; the order of fields, comments and layout
 * do not matter.
 *
 * <p>A document has its own, made once, so that one changed document among a hundred thousand has
 * the others hashed by 32 bytes each.
 */
public final class Digest {
  private final byte[] sha256;

  private Digest(byte[] sha256) {
    this.sha256 = sha256;
  }

  /** Of a document. */
  static Digest of(JsonNode root) {
    MessageDigest hash = sha256();
    node(hash, root);
    return new Digest(hash.digest());
  }

  /** In the order in which documents are hashed: by kind and name. */
  static List<Document> sorted(List<Document> documents) {
    List<Document> sorted = new ArrayList<>(documents);
    sorted.sort(Comparator.comparing(Document::kind).thenComparing(Document::name));
    return sorted;
  }

  /** Of documents in any order, whatever files they are in: lower-case hex. */
  static String of(List<Document> documents) {
    return ofSorted(sorted(documents));
  }

  /** The same of documents that {@link #sorted} has put in order. */
  static String ofSorted(List<Document> sorted) {
    MessageDigest hash = sha256();
    sorted.forEach(document -> hash.update(document.digest().sha256));
    return HexFormat.of().formatHex(hash.digest());
  }

  /** Of bytes as they are. */
  static byte[] sha256(byte[] bytes) {
    return sha256().digest(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest its && Arrays.equals(sha256, its.sha256);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sha256);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(sha256);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  private static void node(MessageDigest hash, JsonNode node) {
    switch (node.getNodeType()) {
      case OBJECT -> {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        Collections.sort(names);
        count(hash, 'o', names.size());
        for (String name : names) {
          text(hash, 'k', name);
          node(hash, node.path(name));
        }
      }
      case ARRAY -> {
        count(hash, 'a', node.size());
        node.forEach(item -> node(hash, item));
      }
      case STRING -> text(hash, 's', node.asText());
      case NUMBER -> text(hash, 'n', node.asText());
      case BOOLEAN -> text(hash, 'b', node.asText());
      case NULL, MISSING -> count(hash, 'z', 0);
      case BINARY, POJO -> throw new IllegalStateException("not a node of YAML");
    }
  }

  private static void text(MessageDigest hash, char type, String text) {
    // by UTF-16: UTF-8 has the same byte for each surrogate that stands alone
    ByteBuffer units = ByteBuffer.allocate(Character.BYTES * text.length());
    units.asCharBuffer().put(text);
    count(hash, type, text.length());
    hash.update(units);
  }

  private static void count(MessageDigest hash, char type, int count) {
    hash.update(ByteBuffer.allocate(5).put((byte) type).putInt(count).flip());
  }
}
