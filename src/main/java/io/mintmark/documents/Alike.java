package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * One object for what is equal in the documents of one load: of a hundred thousand, most have the
 * same fields in the same order, and few words. Bounded, so that texts which are all different cost
 * what they would cost without it.
 */
final class Alike {
  private static final int MAX_KEPT = 10_000;
  private static final int MAX_LENGTH = 64;

  private final Map<String, String> words = new HashMap<>();
  private final Map<String, TextNode> texts = new HashMap<>();
  private final Map<List<String>, String[]> names = new HashMap<>();
  private final Map<List<String>, SourceMap.Shape> shapes = new HashMap<>();

  String word(String word) {
    return kept(words, word, word.length(), word);
  }

  TextNode text(String text) {
    TextNode known = texts.get(text);
    return known != null ? known : kept(texts, text, text.length(), TextNode.valueOf(text));
  }

  /** An object with these members, in their order. */
  ObjectNode object(SequencedMap<String, JsonNode> members) {
    if (members.size() > FewMembers.MAX) {
      return new ObjectNode(JsonNodeFactory.instance, members);
    }
    List<String> list = List.copyOf(members.keySet());
    String[] known = names.get(list);
    String[] own = known != null ? known : kept(names, list, 0, list.toArray(String[]::new));
    return new ObjectNode(
        JsonNodeFactory.instance, new FewMembers(own, members.values().toArray(JsonNode[]::new)));
  }

  SourceMap.Shape shape(List<String> pointers) {
    SourceMap.Shape known = shapes.get(pointers);
    return known != null ? known : kept(shapes, pointers, 0, SourceMap.Shape.of(pointers));
  }

  private static <K, V> V kept(Map<K, V> known, K key, int length, V value) {
    if (length > MAX_LENGTH || known.size() == MAX_KEPT) {
      V same = known.get(key);
      return same == null ? value : same;
    }
    V first = known.putIfAbsent(key, value);
    return first == null ? value : first;
  }
}
