package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.documents.Problem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a custom resource's status says of it.
 *
 * @param generation the generation that this is about
 * @param compiled whether the document is good, and why not
 * @param inForce whether requests are decided by it
 * @param version of the policy with which the generation came into force; null where it is not
 */
record Condition(long generation, State compiled, State inForce, @Nullable String version) {
  private static final int MAX_MESSAGE = 1_024;

  /** One condition; its reason is a word of Kubernetes' kind, its message a sentence. */
  record State(Holds holds, String reason, String message) {}

  /** Whether a condition holds, as Kubernetes says it. */
  enum Holds {
    YES("True"),
    NO("False"),
    UNKNOWN("Unknown");

    private final String word;

    Holds(String word) {
      this.word = word;
    }
  }

  /**
   * @param warnings what looks wrong with it all the same
   */
  static Condition inForce(long generation, String version, List<Problem> warnings) {
    return new Condition(
        generation,
        warnings.isEmpty()
            ? new State(Holds.YES, "Good", "the document is good")
            : new State(Holds.YES, "Warned", message(warnings)),
        new State(Holds.YES, "InForce", "requests are decided by it"),
        version);
  }

  static Condition leftOut(long generation, List<Problem> problems) {
    return new Condition(
        generation,
        new State(Holds.NO, "Broken", message(problems)),
        new State(Holds.NO, "LeftOut", "the policy in force is without it"),
        null);
  }

  /** Of a guardrail, which is never just left out. */
  static Condition standIn(long generation, List<Problem> problems, boolean denial) {
    return new Condition(
        generation,
        new State(Holds.NO, "Broken", message(problems)),
        new State(
            Holds.NO,
            denial ? "DeniesEverything" : "OlderVersion",
            denial
                ? "as no good version of it is known, every request is denied"
                : "its last good version is in force"),
        null);
  }

  /** Of what is part of a policy that could not be put in force; nobody looked at it alone. */
  static Condition waiting(long generation) {
    return new Condition(
        generation,
        new State(Holds.UNKNOWN, "Waiting", "it was not looked at yet"),
        new State(Holds.NO, "Waiting", "the policy that has it could not be put in force yet"),
        null);
  }

  /** Whether both say the same but for the version, which is that of when it first was so. */
  boolean saysAsMuchAs(Condition other) {
    return generation == other.generation
        && compiled.equals(other.compiled)
        && inForce.equals(other.inForce);
  }

  /** Whether a status says this already. */
  boolean isSaidBy(JsonNode status) {
    return status.path("observedGeneration").asLong(-1) == generation
        && says(status, "Compiled", compiled)
        && says(status, "InForce", inForce)
        && (version == null) == !status.has("version");
  }

  /** The status in full; a condition that holds as before keeps the time since when it does. */
  ObjectNode status(JsonNode before, Instant now) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("observedGeneration", generation);
    if (version != null) {
      status.put("version", version);
    }
    status.withArray("conditions").add(condition("Compiled", compiled, before, now));
    status.withArray("conditions").add(condition("InForce", inForce, before, now));
    return status;
  }

  private ObjectNode condition(String type, State state, JsonNode before, Instant now) {
    JsonNode said = find(before, type);
    String word = state.holds().word;
    String since =
        said.path("status").asText().equals(word) && said.has("lastTransitionTime")
            ? said.path("lastTransitionTime").asText()
            : now.truncatedTo(ChronoUnit.SECONDS).toString();
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", type)
        .put("status", word)
        .put("observedGeneration", generation)
        .put("lastTransitionTime", since)
        .put("reason", state.reason())
        .put("message", state.message());
  }

  private boolean says(JsonNode status, String type, State state) {
    JsonNode said = find(status, type);
    return said.path("status").asText().equals(state.holds().word)
        && said.path("observedGeneration").asLong(-1) == generation
        && said.path("reason").asText().equals(state.reason())
        && said.path("message").asText().equals(state.message());
  }

  private static JsonNode find(JsonNode status, String type) {
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition;
      }
    }
    return JsonNodeFactory.instance.missingNode();
  }

  /** The sentences of {@code policy check}, each after the path of its field. */
  static String message(List<Problem> problems) {
    String all = problems.stream().map(Condition::sentence).collect(Collectors.joining("; "));
    if (all.length() <= MAX_MESSAGE) {
      return all;
    }
    // half a character could not be written
    int end = MAX_MESSAGE - (Character.isHighSurrogate(all.charAt(MAX_MESSAGE - 2)) ? 2 : 1);
    return all.substring(0, end) + "…";
  }

  private static String sentence(Problem problem) {
    String path = problem.position().path();
    return path.isEmpty() || problem.message().startsWith(path)
        ? problem.message()
        : path + ": " + problem.message();
  }
}
