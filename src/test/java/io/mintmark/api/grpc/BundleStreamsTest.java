package io.mintmark.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.mintmark.api.Published;
import io.mintmark.wire.v1.StreamBundlesResponse;
import io.mintmark.workload.Reason;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BundleStreamsTest {
  private static final InetAddress STRANGER = InetAddress.ofLiteral("2001:db8::1");
  private static final InetAddress SAME_STRANGER = InetAddress.ofLiteral("2001:db8::2");
  private static final InetAddress ORDINARY = InetAddress.ofLiteral("192.0.2.1");

  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

  private Instant now = START;
  private String bundle = "one";
  private Map<String, byte[]> foreign = Map.of("prod.example.org", bytes("prod one"));
  private final BundleStreams streams = new BundleStreams(new Changing(), () -> now);

  @Test
  void aStrangerWhoOpensManyStreamsLocksNobodyOut() {
    List<Stream> open = new ArrayList<>();
    for (int i = 0; i < 1_100; i++) {
      open.add(join(i % 2 == 0 ? STRANGER : SAME_STRANGER));
    }
    assertThat(open.stream().filter(stream -> stream.refusal == null)).hasSize(100);
    assertThat(open.getLast().refusal).isEqualTo(Reason.RATE_LIMITED);
    assertThat(join(ORDINARY).received).hasSize(1);
    open.getFirst().cancel();
    assertThat(join(STRANGER).refusal).isNull();
  }

  @Test
  void allOfThemTogetherHaveABoundToo() {
    for (int i = 0; i < 500; i++) {
      assertThat(join(InetAddress.ofLiteral("198.51.100." + i / 50)).refusal).isNull();
    }
    assertThat(join(ORDINARY).refusal).isEqualTo(Reason.OVERLOADED);
    for (int i = 0; i < 500; i++) {
      assertThat(join(InetAddress.ofLiteral("192.0.2." + i / 50), START.plusSeconds(300)).refusal)
          .as("who shows a proof")
          .isNull();
    }
    assertThat(join(ORDINARY, START.plusSeconds(300)).refusal).isEqualTo(Reason.OVERLOADED);
  }

  @Test
  void aChangeIsSentOnceToThoseWhoAreReady() {
    Stream ready = join(ORDINARY);
    Stream slow = join(ORDINARY);
    slow.ready = false;
    bundle = "two";
    streams.tick();
    streams.tick();
    assertThat(ready.received).hasSize(2);
    assertThat(slow.received).hasSize(1);
    slow.ready = true;
    streams.tick();
    assertThat(slow.received).hasSize(2);
    streams.close();
    assertThat(ready.completed).isTrue();
    assertThat(join(ORDINARY).refusal).as("after a stop").isEqualTo(Reason.OVERLOADED);
  }

  /** Whom a broker believes is not for strangers. */
  @Test
  void whoShowsNoProofSeesOurBundleOnly() {
    Stream stranger = join(STRANGER);
    foreign = Map.of();
    streams.tick();
    assertThat(stranger.received).hasSize(1);
    assertThat(stranger.last()).containsOnlyKeys("example.org");
  }

  @Test
  void whoseProofHeldSeesThoseOfTheTrustDomainsThatAreBelieved() {
    Stream attested = join(ORDINARY, START.plusSeconds(300));
    assertThat(attested.last()).containsOnlyKeys("example.org", "prod.example.org");
    streams.tick();
    assertThat(attested.received).hasSize(1);
    foreign = Map.of("prod.example.org", bytes("prod two"));
    streams.tick();
    assertThat(attested.last().get("prod.example.org").toStringUtf8()).isEqualTo("prod two");
    foreign = Map.of();
    streams.tick();
    assertThat(attested.last()).as("redacted").containsOnlyKeys("example.org");
    assertThat(attested.received).hasSize(3);
  }

  @Test
  void noDocumentSaysWhatOurOwnBundleIs() {
    foreign = Map.of("example.org", bytes("somebody else's"));
    assertThat(join(ORDINARY, START.plusSeconds(300)).last().get("example.org").toStringUtf8())
        .isEqualTo("one");
  }

  @Test
  void aHugeBundleDoesNotKeepTheOthersFromAReader() {
    foreign = Map.of("huge.example.org", new byte[300 * 1024], "prod.example.org", bytes("p"));
    assertThat(join(ORDINARY, START.plusSeconds(300)).last())
        .containsOnlyKeys("example.org", "prod.example.org");
  }

  /** A sidecar takes messages of 1 MiB and 256 trust domains. */
  @Test
  void norDoManyThatAreHugeTogether() {
    foreign = new HashMap<>(Map.of("prod.example.org", bytes("p")));
    for (int i = 0; i < 5; i++) {
      foreign.put("huge" + i + ".example.org", new byte[250 * 1024]);
    }
    Stream attested = join(ORDINARY, START.plusSeconds(300));
    assertThat(attested.last())
        .containsKeys("example.org", "prod.example.org", "huge0.example.org");
    assertThat(attested.received.getLast().getSerializedSize()).isLessThan(1 << 20);
    foreign.clear();
    for (int i = 0; i < 300; i++) {
      foreign.put("d" + i + ".example.org", bytes("d"));
    }
    streams.tick();
    assertThat(attested.last()).containsKey("example.org").hasSizeLessThan(256);
  }

  @Test
  void aStreamEndsWithTheProofThatOpenedItAndAtTheLatestAfterAnHour() {
    Stream shortly = join(ORDINARY, START.plusSeconds(300));
    Stream forDays = join(ORDINARY, START.plus(Duration.ofDays(9)));
    Stream stranger = join(STRANGER);
    now = START.plusSeconds(299);
    streams.tick();
    assertThat(shortly.completed).isFalse();
    now = START.plusSeconds(300);
    foreign = Map.of("prod.example.org", bytes("prod two"));
    streams.tick();
    assertThat(shortly.completed).isTrue();
    assertThat(shortly.received).as("nothing after its end").hasSize(1);
    assertThat(forDays.received).hasSize(2);
    now = START.plus(Duration.ofHours(1));
    streams.tick();
    assertThat(forDays.completed).isTrue();
    assertThat(stranger.completed).isFalse();
  }

  @Test
  void ofManyChangesASlowReaderGetsTheNewestOnly() {
    Stream slow = join(ORDINARY, START.plusSeconds(300));
    slow.ready = false;
    for (int i = 0; i < 100; i++) {
      foreign = Map.of("prod.example.org", bytes("prod " + i));
      streams.tick();
    }
    slow.ready = true;
    streams.tick();
    assertThat(slow.received).hasSize(2);
    assertThat(slow.last().get("prod.example.org").toStringUtf8()).isEqualTo("prod 99");
  }

  @Test
  void aStreamThatWasGivenUpBeforeItsProofWasCheckedTakesNoPlace() {
    for (int i = 0; i < 200; i++) {
      Stream gone = new Stream();
      gone.cancelled = true;
      assertThat(streams.join(STRANGER, START.plusSeconds(300), gone)).isNull();
      assertThat(gone.received).as("the framework throws at what is sent to it").isEmpty();
    }
  }

  private Stream join(InetAddress source) {
    return join(source, null);
  }

  private Stream join(InetAddress source, @Nullable Instant until) {
    Stream stream = new Stream();
    stream.setOnCancelHandler(() -> streams.leave(stream));
    stream.refusal = streams.join(source, until, stream);
    return stream;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private final class Changing implements Published {
    @Override
    public byte[] jwks() {
      return new byte[0];
    }

    @Override
    public byte[] bundle() {
      return bundle.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Duration refreshHint() {
      return Duration.ofMinutes(5);
    }

    @Override
    public Map<String, byte[]> bundles() {
      return Map.of("example.org", bundle());
    }

    @Override
    public Map<String, byte[]> foreignBundles() {
      return foreign;
    }
  }

  private static final class Stream extends ServerCallStreamObserver<StreamBundlesResponse> {
    private final List<StreamBundlesResponse> received = new ArrayList<>();
    private @Nullable Reason refusal;
    private @Nullable Runnable onCancel;
    private boolean ready = true;
    private boolean cancelled;
    private boolean completed;

    Map<String, ByteString> last() {
      return received.getLast().getBundlesMap();
    }

    void cancel() {
      cancelled = true;
      if (onCancel != null) {
        onCancel.run();
      }
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      onCancel = handler;
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void onNext(StreamBundlesResponse response) {
      received.add(response);
    }

    @Override
    public void onError(Throwable thrown) {
      throw new AssertionError(thrown);
    }

    @Override
    public void onCompleted() {
      completed = true;
    }
  }
}
