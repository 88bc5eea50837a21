package io.mintmark.kubernetes.injector;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a pod's annotations ask for. */
sealed interface Wish {
  String INJECT = "mintmark.io/inject";
  String PROFILE = "mintmark.io/profile";
  String RESOURCE = "mintmark.io/resource";
  String SCOPES = "mintmark.io/scopes";
  String CONTAINERS = "mintmark.io/containers";
  String STATUS = "mintmark.io/status";
  String DOCUMENT = "mintmark.io/document";
  String AUTHORITIES = "mintmark.io/authorities";
  String INJECTED = "injected";

  /** The pod asks for nothing. */
  record Nothing() implements Wish {}

  /** What it says cannot be meant; it is not made. */
  record Unclear(String sentence) implements Wish {}

  /**
   * @param resource null where the pod names none
   * @param scopes none where the pod names none
   * @param containers to which the volume is mounted; empty for all
   */
  record Sidecar(
      String profile, @Nullable String resource, List<String> scopes, Set<String> containers)
      implements Wish {}

  /** What an annotation may hold; what it is for is checked again where it is used. */
  Map<String, Pattern> VALUES =
      Map.of(
          PROFILE, Pattern.compile("[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"),
          RESOURCE, Pattern.compile("[\\x21-\\x7E]{1,512}"),
          SCOPES,
              Pattern.compile(
                  "[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,256}(?:"
                      + " [\\x21\\x23-\\x5B\\x5D-\\x7E]{1,256}){0,63}"),
          CONTAINERS, Pattern.compile("[a-z0-9-]{1,63}(?:,[a-z0-9-]{1,63}){0,63}"));

  static Wish of(JsonNode pod) {
    JsonNode annotations = pod.path("metadata").path("annotations");
    JsonNode inject = annotations.path(INJECT);
    if (inject.isMissingNode() || inject.asText().equals("false")) {
      return new Nothing();
    }
    if (!inject.asText().equals("true")) {
      return new Unclear("annotation " + INJECT + " is \"true\" or \"false\"");
    }
    for (Map.Entry<String, Pattern> each : VALUES.entrySet()) {
      JsonNode value = annotations.path(each.getKey());
      if (!value.isMissingNode() && !each.getValue().matcher(value.asText()).matches()) {
        return new Unclear("annotation " + each.getKey() + " has a value that it cannot have");
      }
    }
    String resource = annotations.path(RESOURCE).asText();
    return new Sidecar(
        annotations.path(PROFILE).asText(Profile.DEFAULT),
        resource.isEmpty() ? null : resource,
        words(annotations.path(SCOPES), " "),
        Set.copyOf(words(annotations.path(CONTAINERS), ",")));
  }

  private static List<String> words(JsonNode value, String separator) {
    return value.asText().isEmpty()
        ? List.of()
        : Arrays.stream(value.asText().split(separator)).distinct().toList();
  }
}
