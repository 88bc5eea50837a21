package io.mintmark.kubernetes.policy;

import static io.mintmark.kubernetes.policy.CustomKind.GRANT;
import static io.mintmark.kubernetes.policy.CustomKind.GUARDRAIL;
import static io.mintmark.kubernetes.policy.CustomKind.RESOURCE;
import static io.mintmark.kubernetes.policy.PolicyApi.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.kubernetes.ClusterApi;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What API servers tell of, whatever somebody wrote into one object and whatever they suffered. */
final class ResourceWatchTest {
  private static final String SMALL = "{\"owner\":\"a@b\"}";

  private final PolicyApi server = new PolicyApi();
  private final ClusterApi api = server.open();

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  /** Each was, or could be, more than a reader takes: of depth, names, digits, text and values. */
  static List<String> poison() {
    return List.of(
        "{\"a\":".repeat(9_000) + "1" + "}".repeat(9_000),
        "[".repeat(5_000) + "]".repeat(5_000),
        "{\"" + "n".repeat(60_000) + "\":1}",
        "{\"n\":" + "9".repeat(2_000) + "}",
        "{\"n\":0." + "9".repeat(2_000) + "}",
        "{\"text\":\"" + "x".repeat(1_400_000) + "\"}",
        "[" + "{},".repeat(400_000) + "{}]",
        IntStream.range(0, 16)
            .boxed()
            .flatMap(i -> colliding(i).stream())
            .map(name -> "\"" + name + "\":1")
            .collect(Collectors.joining(",", "{", "}")));
  }

  /** Names of one hash, as {@code String.hashCode} has it. */
  private static List<String> colliding(int seed) {
    return IntStream.range(0, 1 << 10)
        .mapToObj(
            bits ->
                IntStream.range(0, 10)
                    .mapToObj(i -> (bits >> i & 1) == 0 ? "Aa" : "BB")
                    .collect(Collectors.joining("", "k" + seed, "")))
        .toList();
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("poison")
  void anObjectThatCannotBeReadIsLeftOutAloneInListsAndWatches(String spec) {
    server.put(GRANT, "evil/a", 1, spec);
    server.put(GRANT, "good/b", 1, SMALL);
    try (ResourceWatch watch = new ResourceWatch(api, () -> {})) {
      eventually(() -> watch.resources() != null);
      assertThat(labels(watch)).containsExactly("Grant evil/a", "Grant good/b");
      assertThat(of(watch, "good/b").spec().path("owner").asText()).isEqualTo("a@b");
      assertThat(of(watch, "evil/a").objection()).endsWith("not read");
      assertThatThrownBy(() -> of(watch, "evil/a").document()).isInstanceOf(DocumentErrors.class);

      // the same comes by the watch, and what comes after it is told of
      server.put(GRANT, "evil/c", 1, spec);
      server.put(GRANT, "good/b", 2, SMALL);
      server.delete(GRANT, "evil/a");
      eventually(() -> labels(watch).equals(List.of("Grant evil/c", "Grant good/b")));
      assertThat(of(watch, "good/b").generation()).isEqualTo(2);
      assertThat(watch.isWatching()).isTrue();
      assertThat(server.requests()).filteredOn(one -> one.contains("grants?limit")).hasSize(1);
    }
  }

  /** As that of a thread that cannot be made: a watch that ended would say that it watches. */
  @Test
  void anErrorEndsNoWatch() {
    server.put(GRANT, "a/b", 1, SMALL);
    Set<String> failed = ConcurrentHashMap.newKeySet();
    Runnable changed =
        () -> {
          if (failed.add(Thread.currentThread().getName())) {
            throw new OutOfMemoryError("unable to create native thread");
          }
        };
    try (ResourceWatch watch = new ResourceWatch(api, changed)) {
      eventually(() -> watch.resources() != null && failed.size() == CustomKind.values().length);
      server.delete(GRANT, "a/b");
      eventually(() -> labels(watch).isEmpty());
    }
  }

  @Test
  void aHugeStatusOrAnnotationsKeepNobodyFromADocument() {
    String huge = "{\"conditions\":[{\"message\":\"" + "x".repeat(1_000_000) + "\"}]}";
    server.put(GRANT, "a/b", 1, SMALL, huge);
    try (ResourceWatch watch = new ResourceWatch(api, () -> {})) {
      eventually(() -> watch.resources() != null);
      assertThat(of(watch, "a/b").objection()).isEmpty();
      assertThat(watch.status(of(watch, "a/b")).isMissingNode()).isTrue();
    }
  }

  @Test
  void aGuardrailMayBeLargerThanWhatNamespacesWrite() {
    String spec = "{\"deny\":\"" + "x".repeat(StreamedObjects.MAX_SPEC) + "\"}";
    server.put(GUARDRAIL, "g", 1, spec);
    server.put(GRANT, "a/b", 1, spec);
    try (ResourceWatch watch = new ResourceWatch(api, () -> {})) {
      eventually(() -> watch.resources() != null);
      assertThat(of(watch, "g").objection()).isEmpty();
      assertThat(of(watch, "a/b").objection()).contains("64 KiB");
    }
  }

  @Test
  void listsOfSeveralPagesAreReadToTheirEnd() {
    for (int i = 0; i < 120; i++) {
      server.put(RESOURCE, "a/r%03d".formatted(i), 1, SMALL);
    }
    try (ResourceWatch watch = new ResourceWatch(api, () -> {})) {
      eventually(() -> watch.resources() != null);
      assertThat(labels(watch)).hasSize(120);
      assertThat(server.requests()).anyMatch(one -> one.contains("resources?limit=50&continue"));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 4, 5})
  void whatARestoredServerSaysIsTheTruthWhateverItsGeneration(long generation) {
    server.put(GRANT, "a/b", 5, SMALL);
    try (ResourceWatch watch = new ResourceWatch(api, () -> {})) {
      server.watched(6);
      server.restored();
      server.put(GRANT, "a/b", "u-a/b", generation, "{\"owner\":\"c@d\"}", "{}");
      server.endWatches("");
      eventually(() -> of(watch, "a/b").spec().path("owner").asText().equals("c@d"));
      assertThat(of(watch, "a/b").generation()).isEqualTo(generation);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"status\":\"Failure\",\"code\":410}}\n",
        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"status\":\"Failure\",\"code\":500}}\n",
        "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"1\"}}}\n",
        "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"x\"}}}\n",
        "{\"type\":\"ADDED\"}\n",
        "{\"type\":",
        "nonsense",
        "",
      })
  void aWatchThatEndsHoweverIsBegunAgainWithAList(String end) {
    server.put(GRANT, "a/b", 1, SMALL);
    server.put(GRANT, "a/c", 1, SMALL);
    try (ResourceWatch watch = new ResourceWatch(api, () -> {})) {
      server.watched(6);
      server.lose(GRANT, "a/b");
      server.endWatches(end);
      eventually(() -> labels(watch).equals(List.of("Grant a/c")));
      eventually(watch::isWatching);
      server.put(GRANT, "a/d", 1, SMALL);
      eventually(() -> labels(watch).equals(List.of("Grant a/c", "Grant a/d")));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 410, 429, 500, 503})
  void whatWasToldLastStaysWhileTheServerRefuses(int status) {
    server.put(GRANT, "a/b", 1, SMALL);
    try (ResourceWatch watch = new ResourceWatch(api, () -> {})) {
      server.watched(6);
      server.refusing = status;
      server.lose(GRANT, "a/b");
      server.endWatches("");
      eventually(() -> !watch.isWatching());
      assertThat(labels(watch)).containsExactly("Grant a/b");
      server.refusing = 0;
      eventually(() -> labels(watch).isEmpty());
      eventually(watch::isWatching);
    }
  }

  @Test
  void aServerThatNeverListedIsMissed() {
    server.refusing = 404;
    try (ResourceWatch watch = new ResourceWatch(api, () -> {})) {
      eventually(() -> server.requests().size() > 12);
      assertThat(watch.resources()).isNull();
      assertThat(watch.missing()).contains("grants", "guardrails").hasSize(6);
    }
  }

  private static List<String> labels(ResourceWatch watch) {
    List<CustomResource> resources = watch.resources();
    return resources == null ? List.of() : resources.stream().map(CustomResource::label).toList();
  }

  private static CustomResource of(ResourceWatch watch, String where) {
    List<CustomResource> resources = watch.resources();
    assertThat(resources).isNotNull();
    return resources.stream()
        .filter(one -> one.qualified().equals(where))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + where));
  }
}
