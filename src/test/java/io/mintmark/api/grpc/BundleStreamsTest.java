package io.mintmark.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.mintmark.api.Published;
import io.mintmark.wire.v1.StreamBundlesResponse;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BundleStreamsTest {
  private static final InetAddress STRANGER = InetAddress.ofLiteral("2001:db8::1");
  private static final InetAddress SAME_STRANGER = InetAddress.ofLiteral("2001:db8::2");
  private static final InetAddress ORDINARY = InetAddress.ofLiteral("192.0.2.1");

  private String bundle = "one";
  private final BundleStreams streams = new BundleStreams(new Changing());

  @Test
  void aStrangerWhoOpensManyStreamsLocksNobodyOut() {
    List<Stream> open = new ArrayList<>();
    for (int i = 0; i < 1_100; i++) {
      open.add(join(i % 2 == 0 ? STRANGER : SAME_STRANGER));
    }
    assertThat(open.stream().filter(stream -> stream.failure == null)).hasSize(100);
    assertThat(Status.fromThrowable(open.getLast().failure).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(join(ORDINARY).received).hasSize(1);
    open.getFirst().cancel();
    assertThat(join(STRANGER).failure).isNull();
  }

  @Test
  void allOfThemTogetherHaveABoundToo() {
    for (int i = 0; i < 1_000; i++) {
      join(InetAddress.ofLiteral("198.51.100." + i / 50));
    }
    assertThat(Status.fromThrowable(join(ORDINARY).failure).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
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
  }

  private Stream join(InetAddress source) {
    Stream stream = new Stream();
    streams.join(source, stream);
    return stream;
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
  }

  private static final class Stream extends ServerCallStreamObserver<StreamBundlesResponse> {
    private final List<StreamBundlesResponse> received = new ArrayList<>();
    private @Nullable Throwable failure;
    private @Nullable Runnable onCancel;
    private boolean ready = true;
    private boolean cancelled;
    private boolean completed;

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
      failure = thrown;
    }

    @Override
    public void onCompleted() {
      completed = true;
    }
  }
}
