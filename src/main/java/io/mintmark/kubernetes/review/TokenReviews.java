package io.mintmark.kubernetes.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.evidence.Reviewer;
import io.mintmark.evidence.kubernetes.TokenReviewStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The TokenReview call (authentication.k8s.io/v1), for our audience and no other. */
final class TokenReviews {
  private static final String VERSION = "authentication.k8s.io/v1";
  private static final String PATH = "/apis/" + VERSION + "/tokenreviews";
  private static final int MAX_ANSWER = 128 * 1024;

  private TokenReviews() {}

  static TokenReviewStatus of(Reviewer.Question question, ApiCalls api, Deadline deadline)
      throws NoAnswer {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", VERSION).put("kind", "TokenReview");
    ObjectNode spec = review.putObject("spec").put("token", question.token());
    spec.putArray("audiences").add(question.audience());
    return read(api.post(PATH, review, MAX_ANSWER, deadline));
  }

  /** A field of another type than it has is no answer: nothing is guessed from it. */
  private static TokenReviewStatus read(JsonNode answer) throws NoAnswer {
    JsonNode status = answer.path("status");
    JsonNode authenticated = status.path("authenticated");
    boolean told =
        "TokenReview".equals(answer.path("kind").textValue())
            && VERSION.equals(answer.path("apiVersion").textValue())
            && status.isObject();
    // the server leaves out what is false
    if (!told || !(authenticated.isBoolean() || authenticated.isMissingNode())) {
      throw malformed();
    }
    JsonNode user = status.path("user");
    Map<String, List<String>> extra = new HashMap<>();
    for (var entry : user.path("extra").properties()) {
      extra.put(entry.getKey(), texts(entry.getValue()));
    }
    return new TokenReviewStatus(
        authenticated.asBoolean(false),
        text(status.path("error")),
        texts(status.path("audiences")),
        text(user.path("username")),
        text(user.path("uid")),
        extra);
  }

  private static @Nullable String text(JsonNode node) throws NoAnswer {
    if (!node.isTextual() && !node.isMissingNode()) {
      throw malformed();
    }
    return node.textValue();
  }

  private static List<String> texts(JsonNode array) throws NoAnswer {
    List<String> texts = new ArrayList<>();
    if (!array.isArray() && !array.isMissingNode()) {
      throw malformed();
    }
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        throw malformed();
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  private static NoAnswer malformed() {
    return new NoAnswer("the API server answered with what is no TokenReview");
  }
}
