package io.mintmark.sidecar.sockets;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.Jws;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Trust;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.sockets.identity.IdentityFeed;
import io.mintmark.sidecar.sockets.sds.SecretService;
import io.mintmark.sidecar.sockets.workloadapi.JwtSvids;
import io.mintmark.sidecar.sockets.workloadapi.WorkloadApi;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Pki;
import io.mintmark.wire.envoy.discovery.DeltaDiscoveryRequest;
import io.mintmark.wire.envoy.discovery.DeltaDiscoveryResponse;
import io.mintmark.wire.envoy.discovery.DiscoveryRequest;
import io.mintmark.wire.envoy.discovery.DiscoveryResponse;
import io.mintmark.wire.envoy.discovery.Resource;
import io.mintmark.wire.envoy.tls.Secret;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import io.spiffe.workloadapi.grpc.Workload.JWTSVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.JWTSVIDResponse;
import io.spiffe.workloadapi.grpc.Workload.ValidateJWTSVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.ValidateJWTSVIDResponse;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Messages of any bytes from whoever may open the socket: an answer of what was asked for, or one
 * refusal, and never a fault of ours.
 */
class SocketsFuzzTest {
  private static final Instant NOW = Pki.NOW;
  private static final Instant END = NOW.plus(Duration.ofHours(1));
  private static final String ID = "spiffe://prod.example.org/orders";
  private static final TrustDomain DOMAIN = new TrustDomain("prod.example.org");
  private static final Set<Status.Code> FAULTS =
      Set.of(Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.DATA_LOSS);
  private static final KeyPair KEYS = Crypto.generate(SignatureAlgorithm.ES256);
  private static final String TOKEN =
      Jws.sign(
          SignatureAlgorithm.ES256,
          KEYS.getPrivate(),
          "k1",
          "JWT",
          "{\"sub\":\"%s\",\"aud\":[\"ledger\"],\"exp\":%d}"
              .formatted(ID, END.getEpochSecond())
              .getBytes(StandardCharsets.UTF_8));
  private static final Everything HELD = new Everything();
  private static final SecretService SECRETS = new SecretService(feed());
  private static final WorkloadApi API =
      new WorkloadApi(feed(), new JwtSvids(HELD, HELD, () -> NOW, System::nanoTime), "");

  private static IdentityFeed feed() {
    IdentityFeed feed = new IdentityFeed(ServedSocket.IDENTITY, HELD, HELD, () -> NOW);
    feed.start();
    return feed;
  }

  @FuzzTest
  void secretsAreThoseThatWereAskedFor(byte[] bytes) {
    Answers<DiscoveryResponse> answers = new Answers<>();
    StreamObserver<DiscoveryRequest> stream = SECRETS.streamSecrets(answers);
    List<DiscoveryRequest> requests = delimited(bytes, DiscoveryRequest.parser());
    for (DiscoveryRequest request : requests) {
      int before = answers.messages.size();
      if (!answers.ended()) {
        stream.onNext(request);
      }
      for (DiscoveryResponse each : answers.messages.subList(before, answers.messages.size())) {
        fits(request.getResourceNamesList(), each.getResourcesList());
      }
    }
    left(answers, requests.size());
    for (DiscoveryRequest request : requests) {
      Answers<DiscoveryResponse> once = new Answers<>();
      SECRETS.fetchSecrets(request, once);
      once.messages.forEach(each -> fits(request.getResourceNamesList(), each.getResourcesList()));
      if (!once.ended()) {
        throw new AssertionError("no answer");
      }
    }
  }

  @FuzzTest
  void changesAreOfWhatWasSubscribedTo(byte[] bytes) {
    Answers<DeltaDiscoveryResponse> answers = new Answers<>();
    StreamObserver<DeltaDiscoveryRequest> stream = SECRETS.deltaSecrets(answers);
    List<DeltaDiscoveryRequest> requests = delimited(bytes, DeltaDiscoveryRequest.parser());
    Set<String> names = new HashSet<>(List.of("default", "ROOTCA", "ALL"));
    for (DeltaDiscoveryRequest request : requests) {
      names.addAll(request.getResourceNamesSubscribeList());
      if (!answers.ended()) {
        stream.onNext(request);
      }
    }
    for (DeltaDiscoveryResponse each : answers.messages) {
      for (Resource resource : each.getResourcesList()) {
        if (!names.contains(resource.getName())) {
          throw new AssertionError("nobody asked for \"" + resource.getName() + "\"");
        }
        fits(List.of(resource.getName()), List.of(resource.getResource()));
      }
    }
    left(answers, requests.size());
  }

  @FuzzTest
  void aTokenIsHandedOutOrNot(byte[] bytes) {
    JWTSVIDRequest request;
    try {
      request = JWTSVIDRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException malformed) {
      return;
    }
    Answers<JWTSVIDResponse> answers = new Answers<>();
    API.fetchJWTSVID(request, answers);
    left(answers, 1);
    if (!answers.ended()
        || !answers.messages.isEmpty() && !Set.of("", ID).contains(request.getSpiffeId())) {
      throw new AssertionError("a token of another, or no answer");
    }
  }

  /** {@code TOKEN} stands for one that holds, which no input can have. */
  @FuzzTest
  void nothingHoldsThatNobodySigned(byte[] bytes) {
    ValidateJWTSVIDRequest request;
    try {
      ValidateJWTSVIDRequest read = ValidateJWTSVIDRequest.parseFrom(bytes);
      request = read.toBuilder().setSvid(read.getSvid().replace("TOKEN", TOKEN)).build();
    } catch (InvalidProtocolBufferException malformed) {
      return;
    }
    Answers<ValidateJWTSVIDResponse> answers = new Answers<>();
    API.validateJWTSVID(request, answers);
    left(answers, 1);
    for (ValidateJWTSVIDResponse valid : answers.messages) {
      if (!request.getSvid().equals(TOKEN)
          || !request.getAudience().equals("ledger")
          || !valid.getSpiffeId().equals(ID)) {
        throw new AssertionError("holds: " + request.getSvid());
      }
    }
  }

  /** As many secrets as names, each under its own. */
  private static void fits(List<String> names, List<Any> secrets) {
    Set<String> asked = new HashSet<>(names);
    if (asked.isEmpty()) {
      asked.addAll(List.of("default", "ROOTCA", "ALL"));
    }
    for (Any secret : secrets) {
      try {
        Secret read = Secret.parseFrom(secret.getValue());
        if (!asked.remove(read.getName())
            || read.hasTlsCertificate() != Set.of("default", ID).contains(read.getName())) {
          throw new AssertionError("a secret that was not asked for: " + read.getName());
        }
      } catch (InvalidProtocolBufferException ours) {
        throw new AssertionError(ours);
      }
    }
  }

  /** No more than one answer a request, and no refusal that blames us or is long. */
  private static void left(Answers<?> answers, int requests) {
    if (answers.messages.size() > requests) {
      throw new AssertionError(answers.messages.size() + " answers to " + requests);
    }
    answers.cancelled.run();
    if (answers.failed != null) {
      Status status = Status.fromThrowable(answers.failed);
      String detail = status.getDescription();
      if (FAULTS.contains(status.getCode()) || detail == null || detail.length() > 3_000) {
        throw new AssertionError(status.toString());
      }
    }
  }

  private static <T> List<T> delimited(byte[] bytes, Parser<T> parser) {
    List<T> all = new ArrayList<>();
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    try {
      for (T next = parser.parseDelimitedFrom(in);
          next != null;
          next = parser.parseDelimitedFrom(in)) {
        all.add(next);
      }
    } catch (InvalidProtocolBufferException malformed) {
      // gRPC ends the call
    }
    return all;
  }

  /** A workload that has everything, for an hour. */
  private static final class Everything implements Credentials, Trust {
    private final Held.Certificate certificate;
    private final Map<TrustDomain, Bundle> bundles;

    Everything() {
      Pki.Issued authority = ServedSocket.authority("spiffe://prod.example.org");
      Pki.Issued leaf = Pki.leaf(ID).valid(NOW.minusSeconds(30), END).by(authority);
      certificate =
          new Held.Certificate(
              WorkloadId.parse(ID),
              List.of(leaf.certificate()),
              leaf.keys().getPrivate(),
              NOW,
              END,
              "d1");
      bundles =
          Map.of(
              DOMAIN,
              new Bundle(
                  DOMAIN,
                  List.of(authority.certificate()),
                  List.of(
                      new Jwk("k1", "jwt-svid", SignatureAlgorithm.ES256, KEYS.getPublic(), null)),
                  null,
                  null));
    }

    @Override
    public State current(Wanted wanted) {
      return new State.Ready(
          wanted.equals(ServedSocket.IDENTITY)
              ? certificate
              : new Held.Token(WorkloadId.parse(ID), TOKEN, Set.of(), NOW, END, "d2"));
    }

    @Override
    public CompletionStage<State> soon(Wanted wanted) {
      return CompletableFuture.completedFuture(current(wanted));
    }

    @Override
    public CompletionStage<State> newerThan(Wanted wanted, Held refused) {
      return soon(wanted);
    }

    @Override
    public Watch watch(Wanted wanted, Consumer<State> listener) {
      listener.accept(current(wanted));
      return () -> {};
    }

    @Override
    public Map<TrustDomain, Bundle> bundles() {
      return bundles;
    }

    @Override
    public Watch watch(Consumer<Map<TrustDomain, Bundle>> listener) {
      listener.accept(bundles);
      return () -> {};
    }
  }

  /** A caller that reads at once. */
  private static final class Answers<T> extends ServerCallStreamObserver<T> {
    final List<T> messages = new ArrayList<>();
    private boolean completed;
    private @Nullable Throwable failed;
    private Runnable cancelled = () -> {};

    boolean ended() {
      return completed || failed != null;
    }

    @Override
    public void onNext(T message) {
      if (ended()) {
        throw new AssertionError("a message after the end");
      }
      messages.add(message);
    }

    @Override
    public void onError(Throwable error) {
      if (ended()) {
        throw new AssertionError("two ends", error);
      }
      failed = error;
    }

    @Override
    public void onCompleted() {
      if (ended()) {
        throw new AssertionError("two ends");
      }
      completed = true;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      cancelled = handler;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}
  }
}
