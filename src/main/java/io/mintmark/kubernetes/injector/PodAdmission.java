package io.mintmark.kubernetes.injector;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.kubernetes.AdmissionReview;
import java.util.List;

/**
 * Answers an AdmissionReview of a pod. Nothing is changed anywhere but in the pod, so a dry run is
 * answered like any other.
 */
final class PodAdmission {
  private static final String POD = "v1/Pod";

  /** All that an injection touches. */
  private static final List<String> CHANGED =
      List.of(
          "/metadata/annotations",
          "/spec/volumes",
          "/spec/imagePullSecrets",
          "/spec/initContainers",
          "/spec/containers");

  private PodAdmission() {}

  /**
   * An answer.
   *
   * @param outcome {@code injected}, {@code untouched} or {@code refused}
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Answer(byte[] body, String outcome) {}

  /** It is no AdmissionReview that can be answered. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String sentence) {
      super(sentence);
    }
  }

  static Answer answer(byte[] body, Injection injection) throws Malformed {
    return switch (AdmissionReview.read(body)) {
      case AdmissionReview.Reading.Question(AdmissionReview review) -> answer(review, injection);
      case AdmissionReview.Reading.Unreadable(byte[] refusal) -> new Answer(refusal, "refused");
      case AdmissionReview.Reading.Malformed(String sentence) -> throw new Malformed(sentence);
    };
  }

  private static Answer answer(AdmissionReview review, Injection injection) throws Malformed {
    boolean pod =
        review.kind().equals(POD)
            && review.subresource().isEmpty()
            && review.operation().equals("CREATE");
    if (!pod) {
      return new Answer(review.allowed(List.of()), "untouched");
    }
    if (!(review.object() instanceof ObjectNode before)) {
      throw new Malformed("request.object is missing");
    }
    return switch (injection.into(before, review.namespace())) {
      case Injection.Outcome.Untouched _ -> new Answer(review.allowed(List.of()), "untouched");
      case Injection.Outcome.Injected(ObjectNode after) ->
          new Answer(review.changed(patch(before, after)), "injected");
      case Injection.Outcome.Refused(String sentence) ->
          new Answer(review.refused("mintmark: the pod gets no sidecar: " + sentence), "refused");
    };
  }

  /**
   * What an injection changes is known, so each is put in place whole: a search for the least
   * difference takes memory by the square of what a pod lists.
   */
  private static ArrayNode patch(ObjectNode before, ObjectNode after) {
    ArrayNode steps = JsonNodeFactory.instance.arrayNode();
    for (String pointer : CHANGED) {
      if (!before.at(pointer).equals(after.at(pointer))) {
        steps.addObject().put("op", "add").put("path", pointer).set("value", after.at(pointer));
      }
    }
    return steps;
  }
}
