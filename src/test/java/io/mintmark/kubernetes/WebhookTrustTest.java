package io.mintmark.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WebhookTrustTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aNewBundleIsWrittenWhereTheWebhookStillStands() throws JsonProcessingException {
    assertEquals(
        """
        [{"op":"test","path":"/webhooks/0/name","value":"a.mintmark.io"},\
        {"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":"bmV3"}]\
        """,
        patch(
            """
            [{"name": "a.mintmark.io",
              "clientConfig": {"service": {"path": "/inject"}, "caBundle": "b2xk"}}]\
            """));
  }

  @Test
  void theSameBundleIsNotWrittenAgain() throws JsonProcessingException {
    assertEquals(
        "[]",
        patch(
            """
            [{"name": "a", "clientConfig": {"service": {"path": "/inject"}, "caBundle": "bmV3"}}]\
            """));
  }

  @Test
  void anotherServicesWebhookKeepsItsTrust() throws JsonProcessingException {
    assertEquals(
        "[]",
        patch(
            """
            [{"name": "a", "clientConfig": {"service": {"path": "/mutate"}, "caBundle": "b2xk"}},
             {"name": "b", "clientConfig": {"service": {}}},
             {"name": "c", "clientConfig": {"url": "https://other.example/inject/not"}},
             {"name": "d"}]\
            """));
  }

  @Test
  void aWebhookByUrlIsOursByThePathOfTheUrl() throws JsonProcessingException {
    assertTrue(
        patch(
                """
                [{"name": "a"}, {"name": "b", "clientConfig": {"url": "https://localhost:1/inject"}}]\
                """)
            .contains("/webhooks/1/clientConfig/caBundle"));
  }

  /** Or the API server would not believe the next authority, and nothing would tell. */
  @Test
  void anErrorEndsNothingAndIsTold() throws Exception {
    Semaphore asked = new Semaphore(0);
    try (ClusterApi api = ClusterApi.at("http://127.0.0.1:9", null, () -> null);
        WebhookTrust trust =
            WebhookTrust.start(
                api,
                WebhookTrust.Kind.VALIDATING,
                "ours",
                "/validate",
                () -> {
                  asked.release();
                  throw new OutOfMemoryError("unable to create native thread");
                })) {
      assertTrue(asked.tryAcquire(2, 60, TimeUnit.SECONDS));
      assertEquals("unexpectedly OutOfMemoryError", trust.problem());
    }
  }

  private static String patch(String webhooks) throws JsonProcessingException {
    return WebhookTrust.patch(JSON.readTree(webhooks), "/inject", "bmV3").toString();
  }
}
