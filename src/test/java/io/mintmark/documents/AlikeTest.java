package io.mintmark.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class AlikeTest {
  private final Alike alike = new Alike();

  @Test
  void whatIsEqualInManyDocumentsIsHeldOnce() throws Exception {
    List<YamlReader.Tree> trees =
        YamlReader.read("x.yaml", "{a: word, b: {c: word}}\n---\n{a: other, b: {c: word}}", alike);
    JsonNode one = trees.getFirst().root();
    JsonNode other = trees.getLast().root();

    assertThat(one.at("/a")).isSameAs(one.at("/b/c")).isSameAs(other.at("/b/c"));
    assertThat(one.fieldNames().next()).isSameAs(other.fieldNames().next());
    assertThat(trees.getLast().source().at("/b/c")).hasToString("x.yaml:3:19");
    assertThat(trees.getFirst().source().at("/b/c")).hasToString("x.yaml:1:18");
  }

  @Test
  void whatIsAllDifferentIsNotKept() {
    for (int i = 0; i < 10_000; i++) {
      var _ = alike.text("different-" + i);
    }
    assertThat(alike.text("different-1")).isSameAs(alike.text("different-1"));
    assertThat(alike.text("late"))
        .isEqualTo(TextNode.valueOf("late"))
        .isNotSameAs(alike.text("late"));
    String longer = "x".repeat(65);
    assertThat(new Alike().word(longer)).isSameAs(longer);
  }

  @Test
  void anObjectOfFewMembersIsAsOneOfMany() throws Exception {
    for (int size : List.of(0, 1, FewMembers.MAX, FewMembers.MAX + 1)) {
      LinkedHashMap<String, JsonNode> members = new LinkedHashMap<>();
      for (int i = 0; i < size; i++) {
        members.put("name-" + i, TextNode.valueOf("value-" + i));
      }
      JsonNode object = alike.object(members);
      JsonNode usual = new ObjectMapper().valueToTree(members);

      assertThat(object).isEqualTo(usual).hasSameHashCodeAs(usual).hasToString(usual.toString());
      assertThat(object.has("name-0")).isEqualTo(size > 0);
      assertThat(object.has("name-x")).isFalse();
      assertThat(object.<JsonNode>deepCopy()).isEqualTo(usual);
    }
  }

  @Test
  void anObjectOfFewMembersCannotBeChanged() {
    FewMembers members = new FewMembers(new String[] {"a"}, new JsonNode[] {TextNode.valueOf("b")});
    assertThatThrownBy(() -> members.put("a", TextNode.valueOf("c")))
        .isInstanceOf(UnsupportedOperationException.class);
    var entries = members.entrySet().iterator();
    entries.next();
    assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
  }
}
