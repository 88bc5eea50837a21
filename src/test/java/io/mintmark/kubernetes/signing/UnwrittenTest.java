package io.mintmark.kubernetes.signing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class UnwrittenTest {
  private static final String KEY = "payments/r-1";
  private final ObjectNode request = Objects.podCertificateRequest();
  private final Object policy = new Object();
  private final Desk.Answer certificate = new Desk.Answer(request.objectNode(), true, null);
  private final Unwritten unwritten = new Unwritten();

  private ObjectNode with(String field, String value) {
    ObjectNode other = request.deepCopy();
    other.withObject("/metadata").put(field, value);
    return other;
  }

  @Test
  void aCertificateOfBeforeAChangeOfPolicyIsNotWritten() {
    unwritten.keep(KEY, request, policy, certificate);
    assertThat(unwritten.of(KEY, request, new Object())).isNull();
    assertThat(unwritten.of(KEY, request, policy)).isSameAs(certificate);
  }

  @Test
  void norOneForARequestThatIsAnotherByNow() {
    unwritten.keep(KEY, request, policy, certificate);
    assertThat(unwritten.of(KEY, with("uid", "u-2"), policy)).isNull();
    assertThat(unwritten.of(KEY, with("resourceVersion", "8"), policy)).isNull();
    assertThat(unwritten.of("payments/r-2", request, policy)).isNull();
  }

  @Test
  void aDenialIsDecidedAnew() {
    unwritten.keep(KEY, request, policy, new Desk.Answer(request.objectNode(), false, null));
    assertThat(unwritten.of(KEY, request, policy)).isNull();
  }

  @Test
  void whatIsServedIsForgotten() {
    unwritten.keep(KEY, request, policy, certificate);
    unwritten.forget(KEY);
    assertThat(unwritten.of(KEY, request, policy)).isNull();
  }
}
