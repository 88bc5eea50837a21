package io.mintmark.kubernetes.signing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.mintmark.kubernetes.ClusterApi;
import io.mintmark.kubernetes.review.FakeApiServer;
import io.mintmark.kubernetes.signing.SigningListener.Outcome;
import io.mintmark.workload.EvidenceKind;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The controller before an API server that conflicts, fails, forgets and repeats itself. */
class RequestControllerTest {
  private static final String OBJECT =
      "/apis/certificates.k8s.io/v1beta1/namespaces/payments/podcertificaterequests/r-1";

  private final FakeApiServer server = new FakeApiServer();
  private final Office office =
      new Office(Office.CLUSTER + Office.grant("orders", "24h"), Duration.ofHours(1));
  private final BlockingQueue<Outcome> ended = new LinkedBlockingQueue<>();
  private final BlockingQueue<ObjectNode> written = new LinkedBlockingQueue<>();
  private final BlockingQueue<ObjectNode> tried = new LinkedBlockingQueue<>();
  private final AtomicInteger lists = new AtomicInteger();
  private volatile ObjectNode stored = Objects.podCertificateRequest();
  private volatile int[] statuses = {};
  private volatile boolean gone;
  private volatile boolean away;
  private final AtomicInteger writes = new AtomicInteger();
  private ClusterApi api;
  private RequestController controller;

  @BeforeEach
  void start() throws IOException {
    server.answering = this::answer;
    api = ClusterApi.at(server.url(), null, () -> "broker-token");
  }

  @AfterEach
  void stop() {
    if (controller != null) {
      controller.close();
    }
    api.close();
    server.close();
  }

  private void serve() {
    controller =
        new RequestController(
            api.client(),
            new PodCertificates(),
            office.desk,
            office.worlds::current,
            new SigningListener() {
              @Override
              public void served(EvidenceKind kind, Outcome outcome) {
                ended.add(outcome);
              }

              @Override
              public void published(boolean current) {}
            },
            new WorkQueue(
                16, 16, Duration.ofMillis(1), Duration.ofMillis(20), new SplittableRandom()));
  }

  private void answer(HttpExchange exchange) throws IOException, InterruptedException {
    String path = exchange.getRequestURI().getPath();
    if (away && (path.equals(OBJECT) || path.equals("/readyz"))) {
      // the connection ends without an answer
      return;
    }
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    if (exchange.getRequestMethod().equals("PUT")) {
      int attempt = writes.getAndIncrement();
      tried.add(Objects.json(server.bodies.getLast()));
      int status = attempt < statuses.length ? statuses[attempt] : 200;
      gone = status == 404;
      if (status == 200) {
        stored = Objects.json(server.bodies.getLast());
        written.add(stored);
      }
      FakeApiServer.answer(
          exchange, status, status == 200 ? stored.toString() : "{\"kind\":\"Status\"}");
    } else if (query.contains("watch=true")) {
      // a watch that ends at once, and with it the informer lists again
      FakeApiServer.answer(exchange, 410, "{\"kind\":\"Status\",\"code\":410}");
    } else if (path.equals(OBJECT)) {
      FakeApiServer.answer(exchange, gone ? 404 : 200, gone ? "{}" : stored.toString());
    } else {
      lists.incrementAndGet();
      FakeApiServer.answer(
          exchange,
          200,
          "{\"kind\":\"PodCertificateRequestList\",\"apiVersion\":\"certificates.k8s.io/v1beta1\","
              + "\"metadata\":{\"resourceVersion\":\"9\"},\"items\":["
              + Objects.podCertificateRequest()
              + "]}");
    }
  }

  private Outcome next() throws InterruptedException {
    return ended.poll(30, TimeUnit.SECONDS);
  }

  @Test
  void whatWaitedBeforeTheStartIsServedAndItsVersionMustStillStand() throws Exception {
    serve();
    assertThat(next()).isEqualTo(Outcome.ISSUED);
    ObjectNode put = written.take();
    assertThat(put.at("/metadata/resourceVersion").asText()).isEqualTo("7");
    assertThat(put.at("/status/certificateChain").asText()).startsWith("-----BEGIN CERTIFICATE");
    assertThat(put.at("/spec/podUID").asText()).isEqualTo("p-1");
    assertThat(server.requests)
        .anyMatch(line -> line.startsWith("PUT " + OBJECT + "/status"))
        .anyMatch(line -> line.contains("fieldSelector=spec.signerName%3Dmintmark.io%2Fx509-svid"));
  }

  @Test
  void aConflictAndAnOutageAreTriedAgainUntilItIsServed() throws Exception {
    statuses = new int[] {409, 503, 500};
    serve();
    for (int i = 0; i < 3; i++) {
      assertThat(next()).isEqualTo(Outcome.RETRIED);
    }
    assertThat(next()).isEqualTo(Outcome.ISSUED);
    assertThat(writes).hasValue(4);
  }

  @Test
  void aCertificateThatCouldNotBeWrittenIsNotFollowedByAnother() throws Exception {
    statuses = new int[] {500, 503};
    serve();
    for (int i = 0; i < 2; i++) {
      assertThat(next()).isEqualTo(Outcome.RETRIED);
    }
    assertThat(next()).isEqualTo(Outcome.ISSUED);
    assertThat(tried.stream().map(put -> put.at("/status/certificateChain").asText()).distinct())
        .hasSize(1);
    assertThat(office.records).hasSize(1);
  }

  @Test
  void aServerThatIsAwayIsNotAskedByAllThatWaitAndTheyAreServedWhenItIsBack() throws Exception {
    away = true;
    serve();
    assertThat(next()).isEqualTo(Outcome.RETRIED);
    while (asked("/readyz") < 2) {
      Thread.onSpinWait();
    }
    assertThat(asked(OBJECT)).isEqualTo(1);
    away = false;
    assertThat(next()).isEqualTo(Outcome.ISSUED);
    assertThat(office.records).hasSize(1);
  }

  private long asked(String path) {
    return server.requests.stream().filter(("GET " + path)::equals).count();
  }

  @Test
  void aRequestThatIsGoneByNowIsLetGo() throws Exception {
    statuses = new int[] {404};
    serve();
    while (writes.get() == 0 || controller.queued() > 0) {
      Thread.onSpinWait();
    }
    assertThat(ended).isEmpty();
  }

  @Test
  void aWatchThatRepeatsItselfServesNobodyTwice() throws Exception {
    serve();
    assertThat(next()).isEqualTo(Outcome.ISSUED);
    int seen = lists.get();
    while (lists.get() < seen + 1 || controller.queued() > 0) {
      Thread.onSpinWait();
    }
    assertThat(writes).hasValue(1);
    assertThat(office.records).hasSize(1);
  }

  @Test
  void aGrantThatComesAfterItsPodIsInTime() throws Exception {
    office.say(Office.CLUSTER + Office.grant("other", "24h"));
    serve();
    assertThat(next()).isEqualTo(Outcome.RETRIED);
    office.say(Office.CLUSTER + Office.grant("orders", "24h"));
    assertThat(next()).isEqualTo(Outcome.ISSUED);
  }
}
