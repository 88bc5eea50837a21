package io.mintmark.evidence.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.evidence.Platform;
import io.mintmark.jose.Claims;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.Reason;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KubernetesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** As an API server of 1.33 makes it for a pod. */
  private static final String BOUND =
      """
      {"aud":["https://broker.example.org"],"exp":1763813100,"iat":1763809500,
       "iss":"https://oidc.prod.example.org","jti":"5ed33a2b-3c1f-4a44-a1c5-3b1f6d4c8f50",
       "kubernetes.io":{"namespace":"payments",
        "node":{"name":"node-1","uid":"ce1b9a51-4c5c-4a0a-9e44-1c2d6f6c8c11"},
        "pod":{"name":"orders-7d4","uid":"0d4f0f1f-3f0b-4a6f-8f83-8f8c0a9d0e55"},
        "serviceaccount":{"name":"orders","uid":"14ee3fa4-a7e2-420f-9f9a-dbc4507c3798"},
        "warnafter":1763813107},
       "nbf":1763809500,"sub":"system:serviceaccount:payments:orders"}
      """;

  private static ObjectNode bound() {
    try {
      return (ObjectNode) JSON.readTree(BOUND);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode own(ObjectNode claims) {
    return (ObjectNode) claims.path("kubernetes.io");
  }

  private static ObjectNode account(ObjectNode claims) {
    return (ObjectNode) own(claims).path("serviceaccount");
  }

  @Test
  void aPodsTokenSaysNamespaceAccountPodAndNode() throws MalformedJose {
    Platform.Reading reading = new Kubernetes().read(new Claims(bound()), Set.of());
    assertThat(reading).isInstanceOf(Platform.Facts.class);
    Platform.Facts facts = (Platform.Facts) reading;
    assertThat(facts.attributes())
        .containsOnly(
            java.util.Map.entry("namespace", "payments"),
            java.util.Map.entry("serviceaccount", "orders"),
            java.util.Map.entry("serviceaccount_uid", "14ee3fa4-a7e2-420f-9f9a-dbc4507c3798"),
            java.util.Map.entry("pod", "orders-7d4"),
            java.util.Map.entry("pod_uid", "0d4f0f1f-3f0b-4a6f-8f83-8f8c0a9d0e55"),
            java.util.Map.entry("node", "node-1"),
            java.util.Map.entry("node_uid", "ce1b9a51-4c5c-4a0a-9e44-1c2d6f6c8c11"));
    for (String placeholder : new Kubernetes().placeholders()) {
      assertThat(facts.values().value(placeholder)).as(placeholder).isNotNull();
    }
  }

  @Test
  void aTokenOfNoPodHasNoPodAndNoNode() throws MalformedJose {
    ObjectNode claims = bound();
    own(claims).remove("pod");
    own(claims).remove("node");
    Platform.Facts facts = (Platform.Facts) new Kubernetes().read(new Claims(claims), Set.of());
    assertThat(facts.attributes()).doesNotContainKeys("pod", "pod_uid", "node", "node_uid");
    assertThat(facts.values().value("pod_uid")).isNull();
    assertThat(facts.values().value("node")).isNull();
  }

  static Stream<Arguments> attacks() {
    return Stream.of(
        attack(
            "no claims of the platform", c -> c.remove("kubernetes.io"), Reason.EVIDENCE_MALFORMED),
        attack("as text", c -> c.put("kubernetes.io", "payments"), Reason.EVIDENCE_MALFORMED),
        attack("as array", c -> c.putArray("kubernetes.io"), Reason.EVIDENCE_MALFORMED),
        attack("null", c -> c.putNull("kubernetes.io"), Reason.EVIDENCE_MALFORMED),
        attack("no namespace", c -> own(c).remove("namespace"), Reason.EVIDENCE_MALFORMED),
        attack("empty namespace", c -> own(c).put("namespace", ""), Reason.EVIDENCE_MALFORMED),
        attack("namespace number", c -> own(c).put("namespace", 5), Reason.EVIDENCE_MALFORMED),
        attack(
            "namespace array",
            c -> own(c).putArray("namespace").add("payments"),
            Reason.EVIDENCE_MALFORMED),
        attack("no account", c -> own(c).remove("serviceaccount"), Reason.EVIDENCE_MALFORMED),
        attack(
            "account as text",
            c -> own(c).put("serviceaccount", "orders"),
            Reason.EVIDENCE_MALFORMED),
        attack("no account name", c -> account(c).remove("name"), Reason.EVIDENCE_MALFORMED),
        attack("no account uid", c -> account(c).remove("uid"), Reason.EVIDENCE_MALFORMED),
        attack(
            "the same name in another namespace",
            c -> own(c).put("namespace", "evil"),
            Reason.IDENTITY_MISMATCH),
        attack("another account", c -> account(c).put("name", "admin"), Reason.IDENTITY_MISMATCH),
        attack(
            "sub of another namespace",
            c -> c.put("sub", "system:serviceaccount:evil:orders"),
            Reason.IDENTITY_MISMATCH),
        attack(
            "sub of another account",
            c -> c.put("sub", "system:serviceaccount:payments:admin"),
            Reason.IDENTITY_MISMATCH),
        attack(
            "sub with more",
            c -> c.put("sub", "system:serviceaccount:payments:orders:x"),
            Reason.IDENTITY_MISMATCH),
        attack(
            "sub with less",
            c -> c.put("sub", "system:serviceaccount:payments"),
            Reason.IDENTITY_MISMATCH),
        attack(
            "sub in upper case",
            c -> c.put("sub", "system:serviceaccount:PAYMENTS:orders"),
            Reason.IDENTITY_MISMATCH),
        attack("sub of a user", c -> c.put("sub", "admin"), Reason.IDENTITY_MISMATCH),
        attack("sub of a node", c -> c.put("sub", "system:node:node-1"), Reason.IDENTITY_MISMATCH),
        attack(
            "a colon that moves the border",
            c -> {
              own(c).put("namespace", "payments:orders");
              account(c).put("name", "x");
            },
            Reason.IDENTITY_MISMATCH),
        attack(
            "pod without uid",
            c -> own(c).putObject("pod").put("name", "p"),
            Reason.EVIDENCE_MALFORMED),
        attack(
            "pod without name",
            c -> own(c).putObject("pod").put("uid", "u"),
            Reason.EVIDENCE_MALFORMED),
        attack("pod as text", c -> own(c).put("pod", "p"), Reason.EVIDENCE_MALFORMED),
        attack("pod null", c -> own(c).putNull("pod"), Reason.EVIDENCE_MALFORMED),
        attack(
            "node without name",
            c -> own(c).putObject("node").put("uid", "u"),
            Reason.EVIDENCE_MALFORMED),
        attack(
            "a Secret's token",
            c -> c.put("kubernetes.io/serviceaccount/namespace", "payments"),
            Reason.EVIDENCE_TYPE),
        attack(
            "a Secret's token and nothing else",
            c -> {
              c.remove("kubernetes.io");
              c.put("kubernetes.io/serviceaccount/secret.name", "orders-token");
            },
            Reason.EVIDENCE_TYPE));
  }

  private static Arguments attack(String name, Consumer<ObjectNode> change, Reason reason) {
    return arguments(name, change, reason);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void aTokenThatIsNotAPodsIsRefused(String name, Consumer<ObjectNode> change, Reason reason)
      throws MalformedJose {
    ObjectNode claims = bound();
    change.accept(claims);
    Platform.Reading reading = new Kubernetes().read(new Claims(claims), Set.of());
    assertThat(reading).isInstanceOf(Platform.Unfit.class);
    assertThat(((Platform.Unfit) reading).reason()).isEqualTo(reason);
  }
}
