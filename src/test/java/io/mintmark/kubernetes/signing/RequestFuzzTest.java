package io.mintmark.kubernetes.signing;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.jose.Crypto;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * Requests for certificates as the cluster keeps them: a key whose possession is shown, or none.
 */
class RequestFuzzTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:05Z");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<RequestKind> KINDS =
      List.of(new PodCertificates(), new SigningRequests());

  @FuzzTest
  void aRequestIsReadOrUnfit(byte[] bytes) {
    JsonNode object;
    try {
      object = JSON.readTree(bytes);
    } catch (IOException noJson) {
      return;
    }
    if (!(object instanceof ObjectNode request)) {
      return;
    }
    for (RequestKind kind : KINDS) {
      switch (kind.read(request, NOW)) {
        case Request.Wanted wanted -> {
          if (Crypto.objection(wanted.key()) != null) {
            throw new AssertionError("an unacceptable key got through");
          }
        }
        case Request.Unfit unfit -> {
          if (unfit.detail().length() > 1_000) {
            throw new AssertionError(unfit.detail());
          }
        }
      }
    }
  }
}
