package io.mintmark.kubernetes.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mintmark.kubernetes.ClusterApi;
import io.mintmark.kubernetes.review.FakeApiServer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request of whoever may create one, about a pod that may be anything. */
class ClaimedObjectsTest {
  private static final String CORE = "/api/v1/namespaces/payments/";

  private final FakeApiServer server = new FakeApiServer();
  private final Map<String, String> objects =
      new HashMap<>(
          Map.of(
              CORE + "serviceaccounts/orders",
              "{\"metadata\":{\"uid\":\"s-1\"}}",
              CORE + "pods/orders-1",
              "{\"metadata\":{\"uid\":\"p-1\"},\"spec\":{\"serviceAccountName\":\"orders\","
                  + "\"nodeName\":\"n-1\"}}",
              "/api/v1/nodes/n-1",
              "{\"metadata\":{\"uid\":\"n-2\"}}"));
  private ClusterApi api;

  @BeforeEach
  void start() throws IOException {
    server.answering =
        exchange -> {
          String object = objects.get(exchange.getRequestURI().getPath());
          FakeApiServer.answer(exchange, object == null ? 404 : 200, String.valueOf(object));
        };
    api = ClusterApi.at(server.url(), null, () -> "broker-token");
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  private @Nullable String contradiction(Map<String, String> facts) {
    return ClaimedObjects.of(api.client()).contradiction(facts);
  }

  private static Map<String, String> facts() {
    return new HashMap<>(
        Map.of(
            "namespace", "payments",
            "serviceaccount", "orders",
            "serviceaccount_uid", "s-1",
            "pod", "orders-1",
            "pod_uid", "p-1",
            "node", "n-1",
            "node_uid", "n-2"));
  }

  @Test
  void whatIsSoIsNotContradicted() {
    assertThat(contradiction(facts())).isNull();
    Map<String, String> account = facts();
    account.keySet().removeAll(java.util.Set.of("pod", "pod_uid", "node", "node_uid"));
    assertThat(contradiction(account)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "serviceaccount, admin, 'there is no service account \"admin\"'",
    "serviceaccount_uid, s-2, 'service account \"orders\" is another by now, with another uid'",
    "pod, orders-2, 'there is no pod \"orders-2\"'",
    "pod_uid, p-2, 'pod \"orders-1\" is another by now, with another uid'",
    "node, n-3, 'pod \"orders-1\" is not on node \"n-3\"'",
    "node_uid, n-4, 'node \"n-1\" is another by now, with another uid'",
  })
  void eachLieIsFoundOut(String fact, String lie, String sentence) {
    Map<String, String> facts = facts();
    facts.put(fact, lie);
    assertThat(contradiction(facts)).isEqualTo(sentence);
  }

  @Test
  void aPodOfAnotherAccountIsNotTheAccounts() {
    objects.put(CORE + "serviceaccounts/admin", "{\"metadata\":{\"uid\":\"s-9\"}}");
    Map<String, String> facts = facts();
    facts.put("serviceaccount", "admin");
    facts.put("serviceaccount_uid", "s-9");
    assertThat(contradiction(facts)).isEqualTo("pod \"orders-1\" runs as another service account");
  }

  @Test
  void whatCannotBeLookedAtIsNotBelieved() {
    server.answering = exchange -> FakeApiServer.answer(exchange, 403, "{}");
    assertThatThrownBy(() -> contradiction(facts())).isInstanceOf(KubernetesClientException.class);
  }
}
