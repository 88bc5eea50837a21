package io.mintmark.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.api.Networks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Those who hold connections without using them, over real sockets and with a short patience. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ConnectionsTest extends RawPeers {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET / HTTP/1.1\r\nX: ",
        "POST /form HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Type: text/plain\r\n"
            + "Content-Length: 9999\r\n\r\n",
        "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n",
        "GET /now HTTP/1.1\r\nHost: a\r\n\r\nGET /now HTTP/1.1\r\nX: "
      })
  void whoeverSendsSlowlyIsCutOffHoweverManyBytesTrickle(String beginning) throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client slow = client(start(connections), "127.0.0.1")) {
      slow.send(bytes(beginning));
      boolean ended = false;
      for (int i = 0; i < 1_000 && !ended; i++) {
        slow.send(bytes("a"));
        ended = slow.hasEnded(20);
      }
      assertThat(ended).isTrue();
    }
    assertThat(connections.cut()).isPositive();
  }

  @Test
  void whatIsOverTheCapIsClosedAndTheServiceGoesOn() throws Exception {
    Connections connections = new Connections(unhurried(3, 3), Networks.NONE);
    int port = start(connections);
    try (Client first = client(port, "127.0.0.1");
        Client second = client(port, "127.0.0.2");
        Client third = client(port, "127.0.0.3")) {
      for (Client one : List.of(first, second, third)) {
        one.send(bytes("GET /later HTTP/1.1\r\nHost: a\r\n\r\n"));
      }
      while (waiting.size() < 3) {
        Thread.onSpinWait();
      }
      try (Client over = client(port, "127.0.0.4")) {
        over.send(bytes(GET));
        assertThat(over.hasEnded(10_000)).isTrue();
      }
      assertThat(connections.refused()).isEqualTo(1);
      assertThat(connections.open()).isEqualTo(3);
      waiting.forEach(one -> one.complete(PAGE));
      assertThat(first.answer()).startsWith("HTTP/1.1 200");
      assertThat(first.ask(GET)).startsWith("HTTP/1.1 200");
    }
    assertThat(againUntilLetIn(port)).startsWith("HTTP/1.1 200");
  }

  @Test
  void whereThereAreTooManyTheOldestThatIdlesGivesWay() throws Exception {
    Connections connections =
        new Connections(new Connections.Limits(3, 3, Duration.ofMinutes(1)), Networks.NONE);
    int port = start(connections);
    try (Client busy = client(port, "127.0.0.1")) {
      assertThat(busy.ask(GET)).startsWith("HTTP/1.1 200");
      try (Client oldest = client(port, "127.0.0.2");
          Client second = client(port, "127.0.0.3")) {
        while (connections.open() < 3) {
          Thread.onSpinWait();
        }
        try (Client over = client(port, "127.0.0.4")) {
          assertThat(over.ask(GET)).startsWith("HTTP/1.1 200");
          assertThat(oldest.hasEnded(10_000)).isTrue();
          assertThat(second.ask(GET)).startsWith("HTTP/1.1 200");
          assertThat(busy.ask(GET)).startsWith("HTTP/1.1 200");
          assertThat(connections.displaced()).isEqualTo(1);
          assertThat(connections.open()).isEqualTo(3);
        }
      }
    }
  }

  @Test
  void whoOpensTooManyLosesItsOwn() throws Exception {
    Connections connections =
        new Connections(new Connections.Limits(5, 4, Duration.ofMinutes(1)), Networks.NONE);
    int port = start(connections);
    try (Client other = client(port, "127.0.0.3")) {
      while (connections.open() < 1) {
        Thread.onSpinWait();
      }
      List<Client> many = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        many.add(client(port, "127.0.0.2"));
        while (connections.open() + connections.displaced() < i + 2) {
          Thread.onSpinWait();
        }
      }
      try (Client third = client(port, "127.0.0.4")) {
        assertThat(third.ask(GET)).startsWith("HTTP/1.1 200");
      }
      assertThat(connections.displaced()).isEqualTo(5);
      for (Client own : many.subList(0, 5)) {
        assertThat(own.hasEnded(10_000)).isTrue();
      }
      assertThat(other.ask(GET)).startsWith("HTTP/1.1 200");
      for (Client own : many) {
        own.close();
      }
    }
  }

  @Test
  void oneStrangerDoesNotTakeThemAllAndAProxyMay() throws Exception {
    Connections connections =
        new Connections(unhurried(4, 1), Networks.parse(List.of("127.0.0.9")));
    int port = start(connections);
    try (Client stranger = asking(port, "127.0.0.2");
        Client again = client(port, "127.0.0.2")) {
      assertThat(again.hasEnded(10_000)).isTrue();
      assertThat(connections.refused()).isEqualTo(1);
      try (Client other = client(port, "127.0.0.3");
          Client proxy = client(port, "127.0.0.9");
          Client sameProxy = client(port, "127.0.0.9")) {
        assertThat(other.ask(GET)).startsWith("HTTP/1.1 200");
        assertThat(proxy.ask(GET)).startsWith("HTTP/1.1 200");
        assertThat(sameProxy.ask(GET)).startsWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void anAnswerThatTakesItsTimeIsWaitedForThoughNoByteMoves() throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client patient = client(start(connections), "127.0.0.1")) {
      patient.send(bytes("GET /later HTTP/1.1\r\nHost: a\r\n\r\n"));
      assertThat(patient.hasEnded(2_000)).isFalse();
      waiting.remove().complete(PAGE);
      assertThat(patient.answer()).startsWith("HTTP/1.1 200");
    }
    assertThat(connections.cut()).isZero();
  }

  /** A stream of trust bundles is one that is answered for hours and has nothing to say. */
  @Test
  void aQuietStreamLivesAsLongAsItsClientAnswersPings() throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client living = client(start(connections), "127.0.0.1")) {
      living.send(HTTP2);
      living.send(headers(1, "/later", true));
      for (int pings = 0; pings < 8; ) {
        Frame frame = living.frame();
        if (frame.type() == 6 && frame.flags() == 0) {
          living.send(frame(6, 1, 0, frame.payload()));
          pings++;
        }
      }
      assertThat(waiting.remove().complete(PAGE)).isTrue();
      Frame frame = living.frame();
      while (frame.type() != 1) {
        frame = living.frame();
      }
      assertThat(frame.stream()).isEqualTo(1);
    }
    assertThat(connections.cut()).isZero();
  }

  /** Of a request that crosses the end its client could not know whether it was served. */
  @Test
  void anIdleConnectionOfHttp2IsToldBeforeItEnds() throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client idle = client(start(connections), "127.0.0.1")) {
      idle.send(HTTP2);
      idle.send(headers(1, "/now", true));
      Frame frame = idle.frame();
      while (frame.type() != 7) {
        if (frame.type() == 6 && frame.flags() == 0) {
          idle.send(frame(6, 1, 0, frame.payload()));
        }
        frame = idle.frame();
      }
      assertThat(frame.payload()).isEqualTo(new byte[] {0, 0, 0, 1, 0, 0, 0, 0});
      assertThat(connections.cut()).isZero();
      idle.send(headers(3, "/later", true));
      assertThat(idle.hasEnded(10_000)).isTrue();
    }
    assertThat(waiting).isEmpty();
    assertThat(connections.cut()).isOne();
  }

  @Test
  void aStreamWhoseClientIsGoneIsEnded() throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client dead = client(start(connections), "127.0.0.1")) {
      dead.send(HTTP2);
      dead.send(headers(1, "/later", true));
      assertThat(dead.hasEnded(10_000)).isTrue();
    }
    assertThat(connections.cut()).isPositive();
  }

  @Test
  void aSlowStreamIsResetAndItsNeighboursAreNot() throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client client = client(start(connections), "127.0.0.1")) {
      client.send(HTTP2);
      client.send(headers(1, "/later", true));
      client.send(headers(3, "/nothing", false));
      Frame frame = client.frame();
      while (frame.type() != 3) {
        client.send(frame(0, 0, 3, new byte[] {'a'}));
        frame = client.frame();
      }
      assertThat(frame.stream()).isEqualTo(3);
      waiting.remove().complete(PAGE);
      while (frame.type() != 1 || frame.stream() != 1) {
        frame = client.frame();
      }
    }
  }

  /** CVE-2023-44487. */
  @Test
  void rapidResetsEndTheConnection() throws Exception {
    Connections connections =
        new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(1)), Networks.NONE);
    try (Client attacker = client(start(connections), "127.0.0.1")) {
      attacker.send(HTTP2);
      for (int stream = 1; stream < 2_000 && !attacker.hasEnded(1); stream += 2) {
        attacker.send(headers(stream, "/later", true));
        attacker.send(frame(3, 0, stream, new byte[] {0, 0, 0, 8}));
      }
      assertThat(attacker.hasEnded(10_000)).isTrue();
    }
    assertThat(waiting.size()).isLessThan(300);
  }

  /** Forty bytes in, thirty thousand out, and none of them read. */
  @Test
  void whoeverAsksAndDoesNotReadDoesNotFillTheMemory() throws Exception {
    Connections connections =
        new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(1)), Networks.NONE);
    try (Client deaf = client(start(connections), "127.0.0.1")) {
      deaf.send(bytes(GET.repeat(20_000)));
      assertThat(deaf.drained(20_000L * 30_000)).isLessThan(16_000_000);
    }
  }

  /** Such as one whose record is not on disk yet. */
  @Test
  void aStopWaitsForWhatHasBegunAndTakesNothingMore() throws Exception {
    Connections connections =
        new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(1)), Networks.NONE);
    int port = start(connections);
    try (Client begun = client(port, "127.0.0.1");
        Client kept = client(port, "127.0.0.1")) {
      begun.send(bytes("GET /later HTTP/1.1\r\nHost: a\r\n\r\n"));
      assertThat(kept.ask(GET)).startsWith("HTTP/1.1 200");
      while (waiting.isEmpty()) {
        Thread.onSpinWait();
      }
      CompletableFuture<Void> stopped = connections.stop().toCompletableFuture();
      assertThat(kept.ask(GET)).startsWith("HTTP/1.1 503").contains("stopping", "Retry-After: 1");
      try (Client late = client(port, "127.0.0.1")) {
        assertThat(late.ask(GET)).startsWith("HTTP/1.1 503");
      }
      assertThat(stopped).isNotDone();
      waiting.remove().complete(PAGE);
      assertThat(begun.answer()).startsWith("HTTP/1.1 200");
      stopped.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aStopDoesNotWaitForEver() throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client begun = client(start(connections), "127.0.0.1")) {
      begun.send(bytes("GET /later HTTP/1.1\r\nHost: a\r\n\r\n"));
      while (waiting.isEmpty()) {
        Thread.onSpinWait();
      }
      connections.stop().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private String againUntilLetIn(int port) throws IOException {
    for (int i = 0; i < 1_000; i++) {
      try (Client next = client(port, "127.0.0.4")) {
        String answer = next.ask(GET);
        if (!answer.isEmpty()) {
          return answer;
        }
      }
    }
    return "never";
  }

  private static Connections.Limits unhurried(int most, int mostOfOne) {
    return new Connections.Limits(most, mostOfOne, Duration.ofMinutes(1));
  }

  private static Connections.Limits limits(int most, int mostOfOne) {
    return new Connections.Limits(most, mostOfOne, Duration.ofMillis(150));
  }
}
