package io.mintmark.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.api.Networks;
import io.mintmark.api.Shed;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of requests that cost more to hold, or to read, than their bytes would make one think. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HeadsTest extends RawPeers {
  private static final String HEAD = "GET /now HTTP/1.1\r\nHost: a\r\n";
  private static final String FORM =
      "POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n";

  /** {@code a} with 3,000 characters, to stand in the table of an HTTP/2 connection. */
  private static final String LARGE_FIELD = "\u0040\u0001a\u007f\u00b9\u0016" + "b".repeat(3_000);

  private final Queue<Shed> sheds = new ConcurrentLinkedQueue<>();

  private Connections connections(Duration patience) {
    return new Connections(
        new Connections.Limits(2_000, 2_000, patience), Networks.NONE, false, sheds::add);
  }

  @Test
  void aHeadHasSoManyFieldsAndNoMore() throws Exception {
    int port = start(connections(Duration.ofMinutes(1)));
    try (Client client = client(port, "127.0.0.1")) {
      String most = HEAD + "a:\r\n".repeat(Door.MAX_FIELDS - 1) + "\r\n";
      assertThat(client.ask(most)).startsWith("HTTP/1.1 200");
      assertThat(client.ask(most)).startsWith("HTTP/1.1 200");
      assertThat(client.ask(HEAD + "a:\r\n".repeat(Door.MAX_FIELDS) + "\r\n"))
          .startsWith("HTTP/1.1 431")
          .contains("request-too-large");
      assertThat(client.hasEnded(10_000)).isTrue();
    }
  }

  /** A field of two bytes takes a hundred once it is read. */
  @Test
  void theFieldsOfAHeadThatDoesNotEndAreCountedAsTheyCome() throws Exception {
    int port = start(connections(Duration.ofMinutes(1)));
    try (Client client = client(port, "127.0.0.1")) {
      assertThat(client.ask(HEAD + "a:\r\n".repeat(Door.MAX_FIELDS)))
          .startsWith("HTTP/1.1 431")
          .contains("request-too-large");
      assertThat(client.hasEnded(10_000)).isTrue();
    }
  }

  /** A field that an index stands for takes one byte on its way. */
  @Test
  void theFieldsOfHttp2AreCountedToo() throws Exception {
    int port = start(connections(Duration.ofMinutes(1)));
    try (Client client = client(port, "127.0.0.1")) {
      client.send(HTTP2);
      client.send(indexed(1, "\u0040\u0001a\u0000", 150));
      for (Frame frame = client.frame(); ; frame = client.frame()) {
        if (frame.type() == 0) {
          assertThat(new String(frame.payload(), StandardCharsets.UTF_8))
              .contains("request-too-large");
          return;
        }
      }
    }
  }

  /** Each folded line makes the decoder copy all that stands before it. */
  @ParameterizedTest
  @ValueSource(strings = {" ", "\t", " a", "\ta"})
  void aLineThatIsFoldedIsRefusedHoweverItArrives(String folded) throws Exception {
    int port = start(connections(Duration.ofMinutes(1)));
    for (String head :
        List.of(
            HEAD + "X: a\r\n" + folded + "\r\n\r\n",
            HEAD + "X: a\r\n" + (folded + "\r\n").repeat(5_000))) {
      try (Client client = client(port, "127.0.0.1")) {
        assertThat(client.ask(head)).startsWith("HTTP/1.1 400").contains("request-malformed");
        assertThat(client.hasEnded(10_000)).isTrue();
      }
      try (Client client = client(port, "127.0.0.1")) {
        assertThat(client.ask(GET)).startsWith("HTTP/1.1 200");
        int half = head.indexOf('\n', head.indexOf("X: a")) + 1;
        client.send(bytes(head.substring(0, half)));
        assertThat(client.hasEnded(50)).isFalse();
        assertThat(client.ask(head.substring(half)))
            .startsWith("HTTP/1.1 400")
            .contains("request-malformed");
        assertThat(client.hasEnded(10_000)).isTrue();
      }
    }
  }

  @Test
  void aBodyMayHaveLinesThatBeginWithSpaces() throws Exception {
    int port = start(connections(Duration.ofMinutes(1)));
    try (Client client = client(port, "127.0.0.1")) {
      assertThat(client.ask(FORM + "Content-Length: 6\r\n\r\n a\r\n b")).startsWith("HTTP/1.1 200");
      assertThat(client.ask(FORM + "Transfer-Encoding: chunked\r\n\r\n6\r\n a\r\n b\r\n0\r\n\r\n"))
          .startsWith("HTTP/1.1 200");
      assertThat(client.ask("\r\n" + GET)).startsWith("HTTP/1.1 200");
    }
  }

  /** Nothing reads them, and they are as easily folded as a head. */
  @ParameterizedTest
  @ValueSource(strings = {"X: a\r\n\r\n", "X: a\r\n b\r\n\r\n", "Content-Length: 3\r\n\r\n"})
  void trailersAreRefused(String trailers) throws Exception {
    int port = start(connections(Duration.ofMinutes(1)));
    try (Client client = client(port, "127.0.0.1")) {
      client.send(bytes(FORM + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n" + trailers));
      assertThat(client.answer()).doesNotContain("200 OK");
      assertThat(client.hasEnded(10_000)).isTrue();
    }
  }

  @Test
  void aLargeHeadIsHeldForUntilItsRequestIsForgotten() throws Exception {
    Connections connections = connections(Duration.ofMillis(300));
    try (Client client = client(start(connections), "127.0.0.1")) {
      client.send(bytes("GET /later HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(30_000) + "\r\n\r\n"));
      while (waiting.isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(connections.memory().held()).isGreaterThan(30_000);
      waiting.forEach(one -> one.complete(PAGE));
      assertThat(client.answer()).startsWith("HTTP/1.1 200");
      awaitAllGivenBack(connections);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void headsOfRequestsUnderWayHoldNoMoreThanAPartOfTheMemory(boolean http2) throws Exception {
    Connections connections = connections(Duration.ofMinutes(1));
    int port = start(connections);
    List<Client> dawdling = new ArrayList<>();
    for (int i = 0; i < 200 && sheds.isEmpty(); i++) {
      Client client = client(port, "127.0.0.1");
      dawdling.add(client);
      if (http2) {
        client.send(HTTP2);
        for (int stream = 1; stream < 20; stream += 2) {
          client.send(indexed(stream, stream == 1 ? LARGE_FIELD : "", 2));
        }
      } else {
        String large = "X: " + "a".repeat(30_000) + "\r\n";
        client.send(bytes(FORM + large + "Content-Length: 9\r\n\r\nabc"));
      }
      client.hasEnded(5);
    }
    assertThat(sheds).contains(Shed.MEMORY);
    othersAreServedAndAllIsGivenBack(connections, port, dawdling);
  }

  /** A request that waits for the answer to another takes more than its few bytes. */
  @Test
  void fewRequestsWaitForTheAnswerToAnother() throws Exception {
    int port = start(connections(Duration.ofMinutes(1)));
    try (Client client = client(port, "127.0.0.1")) {
      client.send(bytes("GET /later HTTP/1.1\r\nHost: a\r\n\r\n" + GET.repeat(1_000)));
      while (waiting.isEmpty()) {
        Thread.onSpinWait();
      }
      waiting.forEach(one -> one.complete(PAGE));
      int served = 0;
      String answer = client.answer();
      while (answer.startsWith("HTTP/1.1 200")) {
        served++;
        answer = client.answer();
      }
      assertThat(served).isBetween(2, 1 + StrictDecoder.MOST_WAITING);
      assertThat(answer).contains(" 400 ").contains("request-malformed");
      assertThat(client.hasEnded(10_000)).isTrue();
    }
  }

  /** A POST without its body, and a field by its index again and again (RFC 7541 section 6.1). */
  private static byte[] indexed(int stream, String before, int times) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(bytes("\u0083\u0086\u0004\u0005/form\u0001\u0001a"));
    block.writeBytes(bytes("\u000f\u0010\ntext/plain"));
    block.writeBytes(bytes(before));
    for (int i = 0; i < times; i++) {
      block.write(0xbe);
    }
    return frame(1, 4, stream, block.toByteArray());
  }
}
