package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that would live for ever. */
@Timeout(60)
class LongLivedTest {
  @TempDir Path folder;

  @Test
  void aConnectionOfLongAgoTakesNoMoreRequests() throws IOException {
    ProxyFixture shortLived =
        new ProxyFixture(
            new RawUpstream(),
            plan -> {
              ProxyPlan.Limits old = plan.limits();
              return ProxyFixture.limited(
                  plan,
                  new ProxyPlan.Limits(
                      8,
                      8,
                      4,
                      Duration.ZERO,
                      old.head(),
                      old.connect(),
                      old.response(),
                      old.idle()));
            },
            folder);
    try (ProxyFixture proxy = shortLived) {
      assertThat(proxy.said(proxy.request("GET /v1/a"))).endsWith("hello");
      assertThat(proxy.said(proxy.request("GET /v1/a"))).endsWith("hello");
      assertThat(proxy.upstream.connections).hasSize(2);
    }
  }

  @Test
  void aStopTellsCallersOfHttp2AndEndsWithTheLastStream() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Http2Caller caller = new Http2Caller(proxy);
        Http2Caller idle = new Http2Caller(proxy)) {
      proxy.upstream.answers =
          (request, upstream) -> {
            asked.countDown();
            try {
              return go.await(20, TimeUnit.SECONDS)
                  && RawUpstream.say(upstream, RawUpstream.ok("late"));
            } catch (InterruptedException stop) {
              return false;
            }
          };
      caller.send(caller.get(1, "/v1/a"));
      assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
      Thread stopping = Thread.ofVirtual().start(() -> proxy.delivery.stop(Duration.ofSeconds(20)));
      assertThat(goodbye(caller).payload()).startsWith(Frames.number(1)).endsWith(Frames.number(0));
      assertThat(goodbye(idle).payload()).startsWith(Frames.number(0));
      caller.send(caller.get(3, "/v1/late"));
      go.countDown();
      assertThat(caller.answer(1).body()).isEqualTo("late");
      assertThatThrownBy(() -> caller.answer(3)).isInstanceOf(EOFException.class);
      stopping.join();
      assertThat(proxy.upstream.requests).hasSize(1);
    }
  }

  private static Frames.Frame goodbye(Http2Caller caller) throws IOException {
    Frames.Frame frame = Frames.read(caller.in());
    while (frame.type() != Frames.GOAWAY) {
      frame = Frames.read(caller.in());
    }
    return frame;
  }

  /** The attack: an upstream that says 401 and dies leaves the caller waiting for the rest. */
  @Test
  void aRefusalWhoseEndNeverComesEndsForTheCallerToo() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.credentials.next = new CompletableFuture<>();
      proxy.upstream.answers =
          (request, socket) -> {
            RawUpstream.say(socket, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 9\r\n\r\nno");
            return false;
          };
      assertThat(proxy.said(proxy.request("GET /v1/a"))).startsWith("HTTP/1.1 401 ");
    }
  }
}
