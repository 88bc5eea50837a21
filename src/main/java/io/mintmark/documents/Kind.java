package io.mintmark.documents;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The kinds of document. */
public enum Kind {
  TRUST_DOMAIN("TrustDomain"),
  ISSUER("Issuer"),
  RESOURCE("Resource"),
  WORKLOAD("Workload"),
  GRANT("Grant"),
  GUARDRAIL("Guardrail"),
  POLICY_TEST("PolicyTest"),
  SIDECAR("Sidecar"),
  INJECTOR("Injector");

  /** The kinds that a policy folder may hold. */
  static final Set<Kind> POLICY = Set.copyOf(EnumSet.complementOf(EnumSet.of(SIDECAR, INJECTOR)));

  private final String word;

  Kind(String word) {
    this.word = word;
  }

  /** The value of the {@code kind} field. */
  public String word() {
    return word;
  }

  /** The name of the kind's JSON Schema, such as {@code policytest.json}. */
  String schema() {
    return word.toLowerCase(Locale.ROOT) + ".json";
  }

  public static Optional<Kind> ofWord(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
  }

  static List<String> words(Set<Kind> kinds) {
    return kinds.stream().sorted().map(Kind::word).toList();
  }

  @Override
  public String toString() {
    return word;
  }
}
