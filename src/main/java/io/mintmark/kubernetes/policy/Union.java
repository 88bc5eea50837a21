package io.mintmark.kubernetes.policy;

import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Kind;
import io.mintmark.documents.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The documents of the folder and those of the cluster as one policy. The folder stays whole or not
 * at all, and wins where both say the same; a custom resource that cannot be part of it is left out
 * alone. A guardrail is never left out: its last good version stays, or what has none denies all.
 *
 * @param compiled what the documents that remain compile to
 * @param leftOut why custom resources are not in it, by their labels
 * @param standIns the labels of guardrails for which an older version, or a denial of all, stands
 *     in
 * @param guardrails the documents of the cluster's guardrails by label, for the next compilation
 * @param warnings what looks wrong with custom resources that are in it, by their labels
 * @param said what concerns documents of the folder
 */
public record Union<T>(
    T compiled,
    Map<String, List<Problem>> leftOut,
    Set<String> standIns,
    Map<String, Document> guardrails,
    Map<String, List<Problem>> warnings,
    List<Problem> said) {

  /** Compiles one set of documents, whole or not at all. */
  @FunctionalInterface
  public interface Compiler<T> {
    Compiled<T> compile(DocumentSet documents) throws DocumentErrors;
  }

  /** What documents compile to, and what looks wrong with them. */
  public record Compiled<T>(T result, List<Problem> warnings) {}

  public Union {
    leftOut = Map.copyOf(leftOut);
    standIns = Set.copyOf(standIns);
    guardrails = Map.copyOf(guardrails);
    warnings = Map.copyOf(warnings);
    said = List.copyOf(said);
  }

  /** How many guardrails deny everything, since no good version of them is known. */
  public int denials() {
    return (int) standIns.stream().filter(label -> !guardrails.containsKey(label)).count();
  }

  /**
   * Compiles both, again without what was in error until nothing is.
   *
   * @param lastGood the guardrails of the last compilation
   * @throws DocumentErrors where documents of the folder are in error
   */
  public static <T> Union<T> of(
      DocumentSet folder, ClusterView cluster, Map<String, Document> lastGood, Compiler<T> compiler)
      throws DocumentErrors {
    return new Attempt<>(folder, compiler, lastGood).of(Claims.read(folder, cluster));
  }

  /** One compilation under way. */
  private static final class Attempt<T> {
    /** Leaving a document out breaks what refers to it, and that is the end of it. */
    private static final int MAX_ROUNDS = 12;

    private final DocumentSet folder;
    private final Compiler<T> compiler;
    private final Map<String, Document> lastGood;
    private final Map<String, List<Problem>> leftOut = new HashMap<>();
    private final Set<String> standIns = new HashSet<>();
    private final Set<String> denials = new HashSet<>();
    private final Map<String, Document> documents = new LinkedHashMap<>();

    Attempt(DocumentSet folder, Compiler<T> compiler, Map<String, Document> lastGood) {
      this.folder = folder;
      this.compiler = compiler;
      this.lastGood = lastGood;
    }

    Union<T> of(Claims claims) throws DocumentErrors {
      claims.documents().forEach(document -> documents.put(label(document), document));
      claims
          .refused()
          .forEach(
              (label, problems) -> {
                if (claims.overruled().contains(label)) {
                  leftOut.put(label, problems);
                } else {
                  leaveOut(label, problems);
                }
              });
      for (int round = 0; ; round++) {
        try {
          Compiled<T> compiled = compiler.compile(folder.and(List.copyOf(documents.values())));
          return new Union<>(
              compiled.result(),
              leftOut,
              standIns,
              guardrails(),
              warnings(compiled.warnings()),
              claims.said());
        } catch (DocumentErrors errors) {
          Map<String, List<Problem>> own = own(errors.problems());
          if (own.isEmpty() || round == MAX_ROUNDS) {
            throw errors;
          }
          own.forEach(this::leaveOut);
        }
      }
    }

    private void leaveOut(String label, List<Problem> problems) {
      documents.remove(label);
      leftOut.putIfAbsent(label, problems);
      if (label.startsWith(Kind.GUARDRAIL.word() + " ")) {
        Document before = lastGood.get(label);
        boolean second = !standIns.add(label);
        if (before == null || second) {
          denials.add(label);
          documents.put(label, Claims.denial(label));
        } else {
          documents.put(label, before);
        }
      }
    }

    /** The errors of custom resources by their labels; none where the folder has one too. */
    private Map<String, List<Problem>> own(List<Problem> problems) {
      Map<String, List<Problem>> byLabel = new LinkedHashMap<>();
      for (Problem problem : problems) {
        if (problem.severity() == Problem.Severity.ERROR) {
          String label = problem.position().file();
          if (!documents.containsKey(label)) {
            return Map.of();
          }
          byLabel.computeIfAbsent(label, absent -> new ArrayList<>()).add(problem);
        }
      }
      return byLabel;
    }

    private Map<String, List<Problem>> warnings(List<Problem> all) {
      return all.stream()
          .filter(one -> documents.containsKey(one.position().file()))
          .collect(Collectors.groupingBy(one -> one.position().file()));
    }

    private Map<String, Document> guardrails() {
      Map<String, Document> guardrails = new HashMap<>();
      documents.forEach(
          (label, document) -> {
            if (document.kind().equals(Kind.GUARDRAIL.word()) && !denials.contains(label)) {
              guardrails.put(label, document);
            }
          });
      return guardrails;
    }
  }

  private static String label(Document document) {
    return document.kind() + " " + document.name();
  }
}
