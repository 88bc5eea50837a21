package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Position;
import io.mintmark.documents.Problem;
import io.mintmark.kubernetes.AdmissionReview;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the API server's question whether a custom resource may be as it is written: compiled
 * with those documents alone that it has to do with, so that the answer takes as long among ten as
 * among ten thousand. It changes nothing, so a dry run is answered like any other.
 *
 * <p>Anybody who reaches the port may ask. The answer names no document of another namespace.
 */
public final class Validation {
  private static final String LATEST = "9999-12-31T23:59:59Z";

  private final Supplier<DocumentSet> folder;
  private final Supplier<ClusterView> cluster;
  private final Check check;
  private volatile @Nullable Related related;

  /** Port: compiles documents and puts nothing in force. */
  @FunctionalInterface
  public interface Check {
    /**
     * @param issuer of the cluster's service accounts
     * @param trust whether trust documents are looked at as well
     */
    void compile(DocumentSet documents, @Nullable String issuer, boolean trust)
        throws DocumentErrors;
  }

  /**
   * @param folder the documents of the folder that are in force
   */
  public Validation(Supplier<DocumentSet> folder, Supplier<ClusterView> cluster, Check check) {
    this.folder = folder;
    this.cluster = cluster;
    this.check = check;
  }

  /** What is sent back: an AdmissionReview, or why the body is none. */
  public sealed interface Answer {
    /** An AdmissionReview with its response. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Reviewed(byte[] json) implements Answer {}

    /** The body was no question. */
    record Malformed(String sentence) implements Answer {}
  }

  public Answer answer(byte[] body) {
    return switch (AdmissionReview.read(body)) {
      case AdmissionReview.Reading.Question(AdmissionReview review) ->
          new Answer.Reviewed(answer(review));
      case AdmissionReview.Reading.Unreadable(byte[] refusal) -> new Answer.Reviewed(refusal);
      case AdmissionReview.Reading.Malformed(String sentence) -> new Answer.Malformed(sentence);
    };
  }

  private byte[] answer(AdmissionReview review) {
    boolean writes = review.operation().equals("CREATE") || review.operation().equals("UPDATE");
    JsonNode object = review.object();
    if (!writes
        || !review.subresource().isEmpty()
        || object.path("metadata").has("deletionTimestamp")
        || (review.before().isObject()
            && review.before().path("spec").equals(object.path("spec")))) {
      // nothing new is said of policy; and what is broken must be let go
      return review.allowed(List.of());
    }
    Optional<CustomKind> kind =
        object.path("apiVersion").asText().equals(CustomKind.API_VERSION)
            ? CustomKind.ofWord(object.path("kind").asText())
            : Optional.empty();
    if (kind.isEmpty()) {
      return refused(
          review,
          List.of(
              problem(
                  review("kind"), "this webhook is for the kinds of " + CustomKind.API_VERSION)));
    }
    CustomResource resource = resource(kind.get(), object, review.before().isMissingNode());
    List<Problem> problems = new ArrayList<>(moved(resource, review.before()));
    try {
      problems.addAll(problems(resource));
    } catch (DocumentErrors elsewhere) {
      return refused(
          review,
          List.of(
              problem(review("metadata"), "the documents of the platform cannot be compiled now")));
    }
    // documents of one change come one after the other, and their order is the tools'
    List<Problem> later =
        problems.stream().filter(one -> one.cause() == Problem.Cause.MISSING).toList();
    problems.removeAll(later);
    return problems.isEmpty() ? allowed(review, later) : refused(review, problems);
  }

  private static byte[] allowed(AdmissionReview review, List<Problem> warnings) {
    return review.allowed(
        warnings.stream().map(warning -> Condition.message(List.of(warning))).toList());
  }

  private static byte[] refused(AdmissionReview review, List<Problem> problems) {
    return review.refused(
        Condition.message(problems),
        problems.stream()
            .map(one -> new AdmissionReview.Cause(one.position().path(), one.message()))
            .toList());
  }

  /** An old resource with a new audience would be older than the one that has it. */
  private static List<Problem> moved(CustomResource resource, JsonNode before) {
    JsonNode old = before.path("spec").path("audience");
    return resource.kind() == CustomKind.RESOURCE
            && old.isTextual()
            && !old.equals(resource.spec().path("audience"))
        ? List.of(
            problem(
                Position.inObject(resource.label(), "spec.audience"),
                "an audience is a resource's for as long as it exists; delete it and make another"))
        : List.of();
  }

  private List<Problem> problems(CustomResource resource) throws DocumentErrors {
    Related known = related();
    ClusterView view = known.cluster();
    DocumentSet whole = known.folder();
    List<String> wanted = Related.wanted(resource);
    List<CustomResource> related = new ArrayList<>(known.resources(wanted));
    related.removeIf(other -> other.label().equals(resource.label()));
    related.add(resource);
    List<Document> platform = known.documents(wanted);
    Union<Boolean> union =
        Union.of(
            new DocumentSet(platform, whole.attachments(), whole.digest()),
            new ClusterView(related, view.issuer()),
            Map.of(),
            all -> {
              check.compile(all, view.issuer(), !resource.kind().namespaced());
              return new Union.Compiled<>(true, List.of());
            });
    return union.leftOut().getOrDefault(resource.label(), List.of());
  }

  /** Made anew where something has changed, and once for all who ask meanwhile. */
  private Related related() {
    ClusterView view = cluster.get();
    DocumentSet documents = folder.get();
    Related known = related;
    if (known == null || !known.cluster().equals(view) || !known.folder().equals(documents)) {
      known = new Related(documents, view);
      related = known;
    }
    return known;
  }

  private static CustomResource resource(CustomKind kind, JsonNode object, boolean isNew) {
    JsonNode metadata = object.path("metadata");
    return new CustomResource(
        kind,
        kind.namespaced() ? metadata.path("namespace").asText() : null,
        metadata.path("name").asText(metadata.path("generateName").asText() + "x"),
        metadata.path("uid").asText(),
        metadata.path("generation").asLong(),
        isNew ? LATEST : metadata.path("creationTimestamp").asText(LATEST),
        object.path("spec"));
  }

  /** A field of what is asked about, of which it is not known what it is. */
  private static Position review(String path) {
    return Position.inObject("", path);
  }

  private static Problem problem(Position place, String message) {
    return new Problem(Problem.Severity.ERROR, place, message);
  }
}
