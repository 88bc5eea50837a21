package io.mintmark.kubernetes.policy;

import static io.mintmark.kubernetes.policy.CustomKind.RESOURCE;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Custom resources as API servers ask about them: each question has one answer, of its uid. */
class ReviewFuzzTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Validation VALIDATION =
      new Cluster()
          .with(
              RESOURCE,
              "payments/ledger-api",
              "{owner: a@b, audience: 'https://ledger.example.org', scopes: [read]}")
          .validation();

  @FuzzTest
  void aQuestionIsAnsweredOrMalformed(byte[] bytes) throws Exception {
    switch (VALIDATION.answer(bytes)) {
      case Validation.Answer.Reviewed(byte[] body) -> {
        JsonNode response = JSON.readTree(body).path("response");
        if (!response.path("allowed").isBoolean() || response.path("uid").asText().isEmpty()) {
          throw new AssertionError("no answer: " + response);
        }
        if (!response.path("allowed").booleanValue() && !response.has("status")) {
          throw new AssertionError("a refusal without a reason: " + response);
        }
      }
      case Validation.Answer.Malformed(String sentence) -> {
        if (sentence.isEmpty() || sentence.length() > 1_000) {
          throw new AssertionError(sentence);
        }
      }
    }
  }
}
