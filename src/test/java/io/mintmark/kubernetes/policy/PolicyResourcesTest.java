package io.mintmark.kubernetes.policy;

import static io.mintmark.kubernetes.policy.CustomKind.GRANT;
import static io.mintmark.kubernetes.policy.CustomKind.GUARDRAIL;
import static io.mintmark.kubernetes.policy.CustomKind.RESOURCE;
import static io.mintmark.kubernetes.policy.PolicyApi.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.Position;
import io.mintmark.documents.Problem;
import io.mintmark.kubernetes.ClusterApi;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What custom resources are told of themselves, whatever others write into their status. */
final class PolicyResourcesTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SPEC = "{\"owner\":\"a@b\"}";
  private static final String GRANTS = "/apis/mintmark.io/v1/namespaces/a/grants/";

  private final Map<String, JsonNode> statuses = new HashMap<>();
  private final PolicyApi server = new PolicyApi();
  private final ClusterApi api = server.open();
  private final PolicyResources resources =
      new PolicyResources(api, () -> NOW, Duration.ofMillis(50));

  @AfterEach
  void stop() {
    resources.close();
    api.close();
    server.close();
  }

  @Test
  void aStatusSaysWhatIsInForceAndWhatIsLeftOutAndWhy() throws Exception {
    server.put(GRANT, "a/good", 3, SPEC);
    server.put(GRANT, "a/broken", 4, SPEC);
    ClusterView view = first(2);
    resources.inForce(view, union(Map.of("Grant a/broken", List.of(problem())), Set.of()), "v1");
    assertThat(resources.inForce()).isEqualTo(1);
    assertThat(resources.leftOut()).isEqualTo(1);
    JsonNode good = written(GRANTS + "good/status");
    assertThat(good.path("observedGeneration").asLong()).isEqualTo(3);
    assertThat(good.path("version").asText()).isEqualTo("v1");
    assertThat(conditions(good)).containsExactly("Compiled True Good", "InForce True InForce");
    assertThat(good.at("/conditions/0/lastTransitionTime").asText()).isEqualTo(NOW.toString());
    JsonNode broken = written(GRANTS + "broken/status");
    assertThat(conditions(broken))
        .containsExactly("Compiled False Broken", "InForce False LeftOut");
    assertThat(broken.at("/conditions/0/message").asText()).isEqualTo("spec.when: is no condition");
    assertThat(broken.has("version")).isFalse();
    eventually(() -> resources.pending() == 0);
  }

  @Test
  void aBrokenGuardrailSaysWhatStandsInForIt() throws Exception {
    server.put(GUARDRAIL, "old", 2, SPEC);
    server.put(GUARDRAIL, "new", 1, SPEC);
    ClusterView view = first(2);
    Map<String, List<Problem>> leftOut =
        Map.of("Guardrail old", List.of(problem()), "Guardrail new", List.of(problem()));
    Map<String, Document> lastGood = Map.of("Guardrail old", Claims.denial("Guardrail old"));
    resources.inForce(
        view, new Union<>("", leftOut, leftOut.keySet(), lastGood, Map.of(), List.of()), "v1");
    assertThat(conditions(written("/apis/mintmark.io/v1/guardrails/old/status")))
        .contains("InForce False OlderVersion");
    assertThat(conditions(written("/apis/mintmark.io/v1/guardrails/new/status")))
        .contains("InForce False DeniesEverything");
  }

  /** A status that says "good" of what nobody compiled would be believed. */
  @Test
  void whatWaitsIsNotCalledGood() throws Exception {
    server.put(GRANT, "a/g", 1, SPEC);
    ClusterView view = first(1);
    resources.waits(view);
    JsonNode waiting = written(GRANTS + "g/status");
    assertThat(conditions(waiting))
        .containsExactly("Compiled Unknown Waiting", "InForce False Waiting");
    resources.inForce(view, union(Map.of(), Set.of()), "v2");
    assertThat(conditions(written(GRANTS + "g/status"))).contains("InForce True InForce");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 422})
  void aStatusThatCannotBeWrittenKeepsNoOtherFromBeing(int status) throws Exception {
    for (int i = 0; i < 5; i++) {
      server.put(GRANT, "a/g" + i, 1, SPEC);
      server.put(RESOURCE, "a/r" + i, 1, SPEC);
    }
    server.writing = path -> path.contains("/grants/") ? status : 200;
    resources.inForce(first(10), union(Map.of(), Set.of()), "v1");
    for (int i = 0; i < 5; i++) {
      assertThat(written("/apis/mintmark.io/v1/namespaces/a/resources/r" + i + "/status"))
          .isNotNull();
    }
    boolean again = status == 401 || status == 403;
    eventually(() -> resources.pending() == (again ? 5 : 0));
    server.writing = path -> 200;
    server.statuses.clear();
    if (again) {
      eventually(() -> resources.pending() == 0);
    }
  }

  @Test
  void whileTheServerIsAwayNothingIsForgotten() throws Exception {
    server.put(GRANT, "a/g", 1, SPEC);
    server.writing = path -> 503;
    resources.inForce(first(1), union(Map.of(), Set.of()), "v1");
    eventually(() -> resources.failures() > 0);
    server.writing = path -> 200;
    eventually(() -> resources.pending() == 0);
  }

  @Test
  void aStatusThatSomebodyElseWroteIsMended() throws Exception {
    server.put(GRANT, "a/g", 1, SPEC);
    ClusterView view = first(1);
    BlockingQueue<ClusterView> told = new LinkedBlockingQueue<>();
    resources.follow(view, told::add);
    resources.inForce(view, union(Map.of("Grant a/g", List.of(problem())), Set.of()), "v1");
    JsonNode refused = written(GRANTS + "g/status");
    server.put(GRANT, "a/g", 1, SPEC, refused.toString());
    eventually(() -> resources.pending() == 0);
    server.statuses.clear();
    String forged = refused.toString().replace("False", "True");
    server.put(GRANT, "a/g", 1, SPEC, forged);
    assertThat(conditions(written(GRANTS + "g/status"))).contains("InForce False LeftOut");
    assertThat(told).isEmpty();
  }

  @Test
  void aWarningStandsInTheStatusOfWhatIsInForce() throws Exception {
    server.put(GRANT, "a/g", 1, SPEC);
    ClusterView view = first(1);
    Problem late =
        new Problem(
            Problem.Severity.WARNING, Position.inObject("Grant a/g", "spec.owner"), "is odd");
    resources.inForce(
        view,
        new Union<>(
            "", Map.of(), Set.of(), Map.of(), Map.of("Grant a/g", List.of(late)), List.of()),
        "v1");
    JsonNode warned = written(GRANTS + "g/status");
    assertThat(conditions(warned)).containsExactly("Compiled True Warned", "InForce True InForce");
    assertThat(warned.toString()).contains("spec.owner: is odd");
    resources.inForce(view, union(Map.of(), Set.of()), "v2");
    assertThat(conditions(written(GRANTS + "g/status"))).contains("Compiled True Good");
  }

  @Test
  void whatIsDeletedAndMadeAgainIsToldAnew() throws Exception {
    server.put(GRANT, "a/g", 1, SPEC);
    ClusterView view = first(1);
    BlockingQueue<ClusterView> told = new LinkedBlockingQueue<>();
    resources.follow(view, told::add);
    resources.inForce(view, union(Map.of(), Set.of()), "v1");
    assertThat(written(GRANTS + "g/status").path("version").asText()).isEqualTo("v1");
    server.delete(GRANT, "a/g");
    ClusterView without = told.poll(60, TimeUnit.SECONDS);
    assertThat(without).isNotNull();
    assertThat(without.resources()).isEmpty();
    resources.inForce(without, union(Map.of(), Set.of()), "v2");
    server.statuses.clear();
    server.put(GRANT, "a/g", "another-uid", 1, SPEC, "{}");
    server.endWatches("");
    ClusterView with = told.poll(60, TimeUnit.SECONDS);
    assertThat(with).isNotNull();
    resources.inForce(with, union(Map.of(), Set.of()), "v3");
    String last = "";
    while (!last.equals("v3")) {
      last = written(GRANTS + "g/status").path("version").asText();
    }
  }

  @Test
  void anErrorEndsNoWritingOfStatuses() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (PolicyResources failing =
        new PolicyResources(
            api,
            () -> {
              if (asked.getAndIncrement() == 0) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return NOW;
            },
            Duration.ofMillis(50))) {
      server.put(GRANT, "a/g", 1, SPEC);
      eventually(
          () -> {
            try {
              return failing.first(PATIENCE).resources().size() == 1;
            } catch (IOException away) {
              return false;
            }
          });
      ClusterView view = failing.first(PATIENCE);
      failing.inForce(view, union(Map.of(), Set.of()), "v1");
      failing.follow(view, next -> true);
      assertThat(written(GRANTS + "g/status").path("version").asText()).isEqualTo("v1");
    }
  }

  /** An Error would end the follower's thread, and no policy would change any more. */
  @ParameterizedTest
  @ValueSource(classes = {StackOverflowError.class, OutOfMemoryError.class})
  void aFaultOfWhoeverIsToldEndsNothing(Class<? extends Error> fault) throws Exception {
    Error thrown = fault.getDeclaredConstructor().newInstance();
    ClusterView view = first(0);
    AtomicInteger asked = new AtomicInteger();
    resources.follow(
        view,
        next -> {
          if (asked.incrementAndGet() == 1) {
            throw thrown;
          }
          return true;
        });
    server.put(GRANT, "a/g", 1, SPEC);
    eventually(() -> asked.get() >= 2);
    assertThat(resources.now().resources()).hasSize(1);
    assertThat(resources.sinceLook()).isLessThan(PATIENCE);
  }

  @Test
  void aBrokerDoesNotStartWithoutTheClustersDocuments() {
    server.refusing = 403;
    server.endWatches("");
    try (PolicyResources refused = new PolicyResources(api, () -> NOW)) {
      assertThatThrownBy(() -> refused.first(Duration.ofMillis(300)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("has not listed")
          .hasMessageContaining("guardrails");
    }
  }

  @ParameterizedTest
  @CsvSource({"1023", "1022", "1021"})
  void aMessageIsCutBetweenCharacters(int before) {
    String emoji = "x".repeat(before) + "\uD83D\uDE00".repeat(4);
    String message =
        Condition.message(
            List.of(
                new Problem(Problem.Severity.ERROR, Position.inObject("Grant a/g", ""), emoji)));
    assertThat(message).hasSizeLessThanOrEqualTo(1_024).endsWith("…");
    assertThat(message.codePoints()).noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
  }

  private ClusterView first(int count) throws Exception {
    while (true) {
      ClusterView view = resources.first(PATIENCE);
      if (view.resources().size() == count) {
        return view;
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** The status that was written there last, and not asked for before. */
  private JsonNode written(String path) throws InterruptedException {
    while (!statuses.containsKey(path)) {
      Map.Entry<String, JsonNode> one = server.statuses.poll(60, TimeUnit.SECONDS);
      assertThat(one).as("the status at " + path).isNotNull();
      statuses.put(one.getKey(), one.getValue().path("status"));
    }
    return statuses.remove(path);
  }

  private static List<String> conditions(JsonNode status) {
    return status
        .path("conditions")
        .valueStream()
        .map(
            one ->
                one.path("type").asText()
                    + " "
                    + one.path("status").asText()
                    + " "
                    + one.path("reason").asText())
        .toList();
  }

  private static Union<String> union(Map<String, List<Problem>> leftOut, Set<String> standIns) {
    return new Union<>("", leftOut, standIns, Map.of(), Map.of(), List.of());
  }

  private static Problem problem() {
    return new Problem(
        Problem.Severity.ERROR,
        Position.inObject("Grant a/broken", "spec.when"),
        "is no condition");
  }
}
