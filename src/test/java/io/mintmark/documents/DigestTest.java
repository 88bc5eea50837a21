package io.mintmark.documents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DigestTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a': '1'} | {'a': 1}",
        "{'a': 'true'} | {'a': true}",
        "{'a': null} | {'a': ''}",
        "{'a': ['b', 'c']} | {'a': ['bc']}",
        "{'a': ['b', 'c']} | {'a': ['c', 'b']}",
        "{'a': [['b'], 'c']} | {'a': ['b', ['c']]}",
        "{'a': {'b': 'c'}} | {'a': ['b', 'c']}",
        "{'a': 'b', 'c': 'd'} | {'a': 'bcd'}",
        "{'a': {}} | {'a': []}",
        "{'a': '\\ud800'} | {'a': '\\udbff'}",
        "{'a': '\\udbff'} | {'a': '?'}",
        "{'\\ud800': 'a'} | {'?': 'a'}",
        "{'a': '\\ud83d\\ude00'} | {'a': '??'}",
      })
  void whatIsNotTheSameHasAnotherDigest(String one, String other) throws Exception {
    assertThat(of(one)).isNotEqualTo(of(other)).isEqualTo(of(one)).hasSameHashCodeAs(of(one));
    assertThat(set(one)).isNotEqualTo(set(other)).isEqualTo(set(one)).hasSize(64);
  }

  @Test
  void theOrderOfFieldsAndDocumentsDoesNotMatter() throws Exception {
    assertThat(of("{'a': 1, 'b': 2}")).isEqualTo(of("{'b': 2, 'a': 1}"));
    Document first = document("first", "{'a': 1}");
    Document second = document("second", "{'a': 2}");
    assertThat(Digest.of(List.of(first, second))).isEqualTo(Digest.of(List.of(second, first)));
    assertThat(Digest.of(List.of(first, second))).isNotEqualTo(Digest.of(List.of(first)));
  }

  private static Digest of(String json) throws JsonProcessingException {
    return document("one", json).digest();
  }

  private static String set(String json) throws JsonProcessingException {
    return Digest.of(List.of(document("one", json)));
  }

  private static Document document(String name, String json) throws JsonProcessingException {
    Document.Positions nowhere = pointer -> new Position("none", 1, 1);
    return new Document("Workload", name, JSON.readTree(json.replace('\'', '"')), nowhere);
  }
}
