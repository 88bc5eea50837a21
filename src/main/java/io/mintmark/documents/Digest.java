package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 over what documents say. Every value is hashed with its type and length, so two different
 * sets never feed the hash the same bytes; the order of files, documents and fields, comments and
 * layout do not matter.
 */
final class Digest {
  private final MessageDigest sha256;

  private Digest() {
    sha256 = sha256();
  }

  /** Of bytes as they are. */
  static byte[] sha256(byte[] bytes) {
    return sha256().digest(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /** Lower-case hex. */
  static String of(List<Document> documents) {
    Digest digest = new Digest();
    List<Document> sorted = new ArrayList<>(documents);
    sorted.sort(Comparator.comparing(Document::kind).thenComparing(Document::name));
    digest.count('d', sorted.size());
    for (Document document : sorted) {
      digest.node(document.root());
    }
    return HexFormat.of().formatHex(digest.sha256.digest());
  }

  private void node(JsonNode node) {
    switch (node.getNodeType()) {
      case OBJECT -> {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        Collections.sort(names);
        count('o', names.size());
        for (String name : names) {
          text('k', name);
          node(node.path(name));
        }
      }
      case ARRAY -> {
        count('a', node.size());
        node.forEach(this::node);
      }
      case STRING -> text('s', node.asText());
      case NUMBER -> text('n', node.asText());
      case BOOLEAN -> text('b', node.asText());
      case NULL, MISSING -> count('z', 0);
      case BINARY, POJO -> throw new IllegalStateException("not a node of YAML");
    }
  }

  private void text(char type, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    count(type, bytes.length);
    sha256.update(bytes);
  }

  private void count(char type, int count) {
    sha256.update(ByteBuffer.allocate(5).put((byte) type).putInt(count).flip());
  }
}
