package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.WorkloadId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadPatternTest {
  @ParameterizedTest
  @CsvSource({
    "spiffe://a/ns/*/sa/orders, spiffe://a/ns/pay/sa/orders, true",
    "spiffe://a/ns/*/sa/orders, spiffe://a/ns/pay/x/sa/orders, false",
    "spiffe://a/ns/*/sa/orders, spiffe://a/ns/pay/sa/orders2, false",
    "spiffe://a/ns/*/sa/orders, spiffe://b/ns/pay/sa/orders, false",
    "spiffe://a/ns/*/sa/orders, spiffe://a/ns/pay/sa/Orders, false",
    "spiffe://a/ns/*, spiffe://a/ns, false",
    "spiffe://a/ns/*, spiffe://a/ns/x/y, false",
    "spiffe://a/ns/**, spiffe://a/ns, false",
    "spiffe://a/ns/**, spiffe://a/ns/x, true",
    "spiffe://a/ns/**, spiffe://a/ns/x/y/z, true",
    "spiffe://a/ns/**, spiffe://a/nsx/y, false",
    "spiffe://a/**, spiffe://a/x, true",
    "spiffe://a/**, spiffe://ab/x, false",
    "spiffe://a/*/**, spiffe://a/x, false",
    "spiffe://a/*/**, spiffe://a/x/y, true",
    "spiffe://a/a.b, spiffe://a/axb, false"
  })
  void wildcardsAreWholeSegments(String pattern, String id, boolean matches) {
    assertThat(WorkloadPattern.parse(pattern).matches(WorkloadId.parse(id))).isEqualTo(matches);
    assertThat(WorkloadPattern.parse(pattern)).hasToString(pattern);
  }

  /** Security case 13: a value with a wildcard's or a separator's letters must not widen a rule. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "spiffe://a/ns/*/sa/x",
        "spiffe://a/ns/**",
        "spiffe://a/ns/+/sa/x",
        "spiffe://a/ns/a+b",
        "spiffe://a/ns/a%2fb",
        "spiffe://a/ns/a%2Fsa",
        "spiffe://a/ns//sa",
        "spiffe://a/ns/../sa",
        "spiffe://a/ns/./sa",
        "spiffe://a/ns/a b",
        "spiffe://a/ns/a\nb",
        "spiffe://a/ns/{x}",
        "spiffe://a/ns/a?b",
        "spiffe://a/ns/a#b",
        "spiffe://a/ns/a:b",
        "spiffe://a/ns/\u00e9",
        "spiffe://a/ns/",
        "spiffe://*/ns/a",
        "spiffe://A/ns/a",
        "SPIFFE://a/ns/a",
        "spiffe://a@b/c"
      })
  void noAttestedIdentityCanHoldAWildcard(String id) {
    assertThatThrownBy(() -> WorkloadId.parse(id)).isInstanceOf(MalformedWorkloadId.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/b",
        "spiffe://a",
        "spiffe://",
        "spiffe:///a",
        "spiffe://*/a",
        "spiffe://a/",
        "spiffe://a/b/",
        "spiffe://a//b",
        "spiffe://a/**/b",
        "spiffe://a/b*",
        "spiffe://a/*b",
        "spiffe://a/***",
        "spiffe://a/b/..",
        "spiffe://a/.",
        "spiffe://A/b",
        "spiffe://a/+",
        "spiffe://a/{path}",
        "spiffe://a/b?c",
        "https://a/b",
        "SPIFFE://a/b",
        "https:///a/b",
        " spiffe://a/b"
      })
  void patternsThatMeanNothingAreRefused(String pattern) {
    assertThatThrownBy(() -> WorkloadPattern.parse(pattern))
        .isInstanceOf(MalformedWorkloadId.class);
  }

  @RepeatedTest(20)
  void theTreeFindsWhatANaiveMatcherFinds(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    List<WorkloadPattern> patterns = new ArrayList<>();
    PatternIndex<String> index = new PatternIndex<>();
    for (int i = 0; i < 300; i++) {
      WorkloadPattern pattern = WorkloadPattern.parse(pattern(random));
      patterns.add(pattern);
      index.add(pattern, pattern.toString());
    }
    for (int i = 0; i < 300; i++) {
      WorkloadId id = WorkloadId.parse(id(random));
      List<String> found = new ArrayList<>();
      index.collect(id, WorkloadPattern.segments(id.path()), found);
      List<String> naive =
          patterns.stream()
              .map(WorkloadPattern::toString)
              .filter(pattern -> naively(pattern, id.uri()))
              .toList();
      assertThat(found).as("seed %d, %s", seed, id).containsExactlyInAnyOrderElementsOf(naive);
      assertThat(patterns.stream().filter(p -> p.matches(id)).map(WorkloadPattern::toString))
          .as("seed %d, %s", seed, id)
          .containsExactlyElementsOf(naive);
    }
  }

  private static boolean naively(String pattern, String id) {
    String regex =
        Pattern.quote(pattern).replace("/**", "\\E(/[^/]+)+\\Q").replace("/*", "\\E/[^/]+\\Q");
    return Pattern.compile(regex).matcher(id).matches();
  }

  private static String pattern(Random random) {
    StringBuilder text = new StringBuilder("spiffe://").append(random.nextBoolean() ? "a" : "b");
    int depth = 1 + random.nextInt(4);
    for (int i = 0; i < depth; i++) {
      text.append('/').append(random.nextInt(3) == 0 ? "*" : segment(random));
    }
    return random.nextInt(4) == 0 ? text.append("/**").toString() : text.toString();
  }

  private static String id(Random random) {
    StringBuilder text = new StringBuilder("spiffe://").append(random.nextBoolean() ? "a" : "b");
    int depth = 1 + random.nextInt(5);
    for (int i = 0; i < depth; i++) {
      text.append('/').append(segment(random));
    }
    return text.toString();
  }

  private static String segment(Random random) {
    return String.valueOf((char) ('x' + random.nextInt(3)));
  }
}
