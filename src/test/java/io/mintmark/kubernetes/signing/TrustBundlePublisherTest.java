package io.mintmark.kubernetes.signing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.mintmark.keys.KeyRing;
import io.mintmark.keys.KeySettings;
import io.mintmark.kubernetes.ClusterApi;
import io.mintmark.kubernetes.review.FakeApiServer;
import io.mintmark.spiffe.Certificates;
import io.mintmark.storage.memory.MemoryKeyStore;
import io.mintmark.workload.EvidenceKind;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bundle that the cluster believes: written when it differs, never emptied. */
class TrustBundlePublisherTest {
  private static final String PATH =
      "/apis/certificates.k8s.io/v1beta1/clustertrustbundles/mintmark.io:x509-svid:broker.example.org";

  private final FakeApiServer server = new FakeApiServer();
  private final List<Boolean> heard = new ArrayList<>();
  private List<X509Certificate> roots = root();
  private volatile @Nullable ObjectNode stored;
  private volatile int status = 200;
  private @Nullable Error bug;
  private ClusterApi api;
  private TrustBundlePublisher publisher;

  private static List<X509Certificate> root() {
    try {
      return KeyRing.open(
              KeySettings.defaults(Office.DOMAIN),
              new MemoryKeyStore(),
              Set.of(),
              System::nanoTime,
              Office.NOW)
          .bundle()
          .x509Authorities();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void start() throws IOException {
    server.answering = this::answer;
    api = ClusterApi.at(server.url(), null, () -> "broker-token");
    publisher =
        new TrustBundlePublisher(
            api.client(),
            Office.DOMAIN,
            () -> {
              if (bug != null) {
                throw bug;
              }
              return roots;
            },
            new SigningListener() {
              @Override
              public void served(EvidenceKind kind, Outcome outcome) {}

              @Override
              public void published(boolean current) {
                heard.add(current);
              }
            });
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    ObjectNode there = stored;
    if (status != 200) {
      FakeApiServer.answer(exchange, status, "{\"kind\":\"Status\",\"message\":\"no\\u0007\"}");
    } else if (exchange.getRequestMethod().equals("PATCH")) {
      stored = Objects.json(server.bodies.getLast());
      FakeApiServer.answer(exchange, 200, server.bodies.getLast());
    } else if (there == null) {
      FakeApiServer.answer(exchange, 404, "{\"kind\":\"Status\",\"code\":404}");
    } else {
      FakeApiServer.answer(exchange, 200, there.toString());
    }
  }

  private long patches() {
    return server.requests.stream().filter(line -> line.startsWith("PATCH")).count();
  }

  @Test
  void theBundleIsAppliedUnderTheSignersName() {
    publisher.publish();
    assertThat(server.requests)
        .filteredOn(line -> line.startsWith("PATCH"))
        .singleElement()
        .asString()
        .startsWith("PATCH " + PATH)
        .contains("fieldManager=mintmark")
        .contains("force=true");
    assertThat(stored.at("/spec/signerName").asText()).isEqualTo("mintmark.io/x509-svid");
    assertThat(stored.at("/spec/trustBundle").asText()).isEqualTo(Certificates.pem(roots));
    assertThat(heard).containsExactly(true);
  }

  @Test
  void aBugWhileItLooksIsNotTheLastThingItDoes() {
    bug = new StackOverflowError();
    publisher.publish();
    assertThat(heard).containsExactly(false);
    bug = null;
    publisher.publish();
    assertThat(heard).containsExactly(false, true);
    assertThat(patches()).isEqualTo(1);
  }

  @Test
  void whatIsThereAlreadyIsNotWrittenAgain() {
    publisher.publish();
    publisher.publish();
    assertThat(patches()).isEqualTo(1);
    roots = new ArrayList<>(roots);
    roots.addAll(root());
    publisher.publish();
    assertThat(patches()).isEqualTo(2);
    assertThat(stored.at("/spec/trustBundle").asText()).isEqualTo(Certificates.pem(roots));
  }

  @Test
  void anAuthorityThatStandsTwiceInTheBundleIsPublishedOnceSinceTheApiTakesNoDuplicates() {
    roots = List.of(roots.getFirst(), roots.getFirst());
    publisher.publish();
    assertThat(stored.at("/spec/trustBundle").asText())
        .isEqualTo(Certificates.pem(List.of(roots.getFirst())));
  }

  @Test
  void noAuthoritiesAreNeverPublishedAsTrustInNobody() {
    roots = List.of();
    publisher.publish();
    assertThat(server.requests).isEmpty();
  }

  @Test
  void afterARefusalItIsTriedAgain() {
    status = 403;
    publisher.publish();
    status = 200;
    publisher.publish();
    assertThat(heard).containsExactly(false, true);
    assertThat(stored).isNotNull();
  }

  @Test
  void aServerThatIsAwayIsNoEnd() {
    server.close();
    publisher.publish();
    assertThat(heard).containsExactly(false);
  }
}
