package io.mintmark.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.api.Networks;
import io.mintmark.api.Shed;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Peers that send without end, or make the broker hold what they never finish. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FloodsTest extends RawPeers {
  /** CVE-2019-9512, CVE-2019-9515, CVE-2019-9518, VU#421644 and their like. */
  @ParameterizedTest
  @CsvSource({
    "PING, 6, 0, 8",
    "SETTINGS, 4, 0, 0",
    "PRIORITY, 2, 1, 5",
    "WINDOW_UPDATE, 8, 0, 4",
    "unknown, 200, 0, 0",
    "CONTINUATION, 9, 3, 0",
    "DATA, 0, 3, 0",
    "RST_STREAM, 3, 1, 4"
  })
  void framesThatAskForNothingEndTheConnection(String name, int type, int stream, int length)
      throws Exception {
    Connections connections =
        new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(1)), Networks.NONE);
    int port = start(connections);
    try (Client attacker = client(port, "127.0.0.1");
        Client other = client(port, "127.0.0.2")) {
      attacker.send(HTTP2);
      attacker.send(headers(1, "/later", true));
      if (type == 9) {
        attacker.send(frame(1, 0, 3, new byte[0]));
      } else if (type == 0) {
        attacker.send(headers(3, "/form", false));
      }
      byte[] payload = new byte[length];
      if (length > 0) {
        payload[length - 1] = 1;
      }
      for (int i = 0; i < 20_000; i++) {
        attacker.send(frame(type, 0, stream, payload));
      }
      assertThat(attacker.hasEnded(10_000)).as(name).isTrue();
      assertThat(other.ask(GET)).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void pingsAmongRequestsAreAnswered() throws Exception {
    Connections connections =
        new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(1)), Networks.NONE);
    try (Client client = client(start(connections), "127.0.0.1")) {
      client.send(HTTP2);
      int answered = 0;
      for (int stream = 1; stream < 1_000; stream += 2) {
        client.send(headers(stream, "/x", true));
        for (int i = 0; i < 8; i++) {
          client.send(frame(6, 0, 0, new byte[8]));
        }
        for (int pongs = 0; pongs < 8; ) {
          Frame frame = client.frame();
          pongs += frame.type() == 6 && frame.flags() == 1 ? 1 : 0;
          answered += frame.type() == 1 ? 1 : 0;
        }
      }
      assertThat(answered).isEqualTo(500);
    }
  }

  /** CVE-2019-9517. */
  @Test
  void answersThatNobodyTakesHoldNoMoreThanAPartOfTheMemory() throws Exception {
    Queue<Shed> sheds = new ConcurrentLinkedQueue<>();
    Connections connections =
        new Connections(
            new Connections.Limits(100, 100, Duration.ofMinutes(1)),
            Networks.NONE,
            false,
            sheds::add);
    int port = start(connections);
    List<Client> deaf = new ArrayList<>();
    for (int i = 0; i < 20 && sheds.isEmpty(); i++) {
      Client client = client(port, "127.0.0.1");
      deaf.add(client);
      client.send(HTTP2);
      client.send(frame(4, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}));
      for (int stream = 1; stream < 100; stream += 2) {
        client.send(headers(stream, "/now", true));
      }
      for (int answered = 0; answered < 50 && sheds.isEmpty(); ) {
        answered += client.frame().type() == 1 ? 1 : 0;
      }
    }
    assertThat(sheds).contains(Shed.MEMORY);
    othersAreServedAndAllIsGivenBack(connections, port, deaf);
  }

  /** RFC 7541 section 4.2: a peer says how much it keeps, and nobody has to keep as much for it. */
  @Test
  void aPeerWithALargeTableOfHeadersDoesNotMakeUsKeepOne() throws Exception {
    Connections connections =
        new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(1)), Networks.NONE);
    try (Client client = client(start(connections), "127.0.0.1")) {
      client.send(HTTP2);
      client.send(frame(4, 0, 0, new byte[] {0, 1, 0x40, 0, 0, 0}));
      for (int acknowledged = 0; acknowledged < 2; ) {
        Frame frame = client.frame();
        acknowledged += frame.type() == 4 && frame.flags() == 1 ? 1 : 0;
      }
      client.send(headers(1, "/now", true));
      Frame answer = client.frame();
      assertThat(answer.type()).isEqualTo(1);
      assertThat(tableSize(answer)).isEqualTo(4096);
    }
  }

  /** By the last of the updates that a block begins with (RFC 7541 sections 5.1 and 6.3). */
  private static long tableSize(Frame headers) {
    byte[] block = headers.payload();
    long size = -1;
    for (int i = (headers.flags() & 0x20) == 0 ? 0 : 5; (block[i] & 0xe0) == 0x20; i++) {
      size = block[i] & 0x1f;
      if (size == 0x1f) {
        int shift = 0;
        do {
          size += (long) (block[++i] & 0x7f) << shift;
          shift += 7;
        } while (block[i] < 0);
      }
    }
    return size;
  }

  @Test
  void streamsThatOpenInOneReadAreEachHeld() throws Exception {
    Connections connections =
        new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(1)), Networks.NONE);
    try (Client client = client(start(connections), "127.0.0.1")) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(HTTP2);
      for (int stream = 1; stream < 100; stream += 2) {
        all.writeBytes(headers(stream, "/later", true));
      }
      client.send(all.toByteArray());
      while (waiting.size() < 50) {
        Thread.onSpinWait();
      }
      assertThat(connections.memory().held()).isGreaterThanOrEqualTo(50 * FrameLimit.STREAM_BYTES);
      waiting.forEach(one -> one.complete(PAGE));
    }
    awaitAllGivenBack(connections);
  }

  @Test
  void headsThatDoNotEndHoldNoMoreThanAPartOfTheMemory() throws Exception {
    Queue<Shed> sheds = new ConcurrentLinkedQueue<>();
    Connections connections =
        new Connections(
            new Connections.Limits(1_000, 1_000, Duration.ofMinutes(1)),
            Networks.NONE,
            false,
            sheds::add);
    int port = start(connections);
    List<Client> dawdling = new ArrayList<>();
    for (int i = 0; i < 900 && sheds.isEmpty(); i++) {
      Client client = client(port, "127.0.0.1");
      dawdling.add(client);
      client.send(bytes("GET /now HTTP/1.1\r\nHost: a\r\n" + "X: " + "1".repeat(28_000)));
    }
    while (!sheds.contains(Shed.MEMORY)) {
      Thread.onSpinWait();
    }
    othersAreServedAndAllIsGivenBack(connections, port, dawdling);
  }

  @Test
  void whatComesLateToALoopThatIsBehindIsTurnedAwayUnread() throws Exception {
    Connections connections =
        new Connections(
            new Connections.Limits(10, 10, Duration.ofMinutes(1)),
            Networks.NONE,
            true,
            why -> {},
            nanos::get);
    try (Client client = client(start(connections), "127.0.0.1")) {
      String dear = "POST /dear HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n";
      // as many as are answered in one turn without being taken for one who does not read
      int many = 200;
      int refused = 0;
      int served = 0;
      for (int round = 0; round < 100 && refused == 0; round++) {
        client.send(bytes((dear + "Content-Length: 0\r\n\r\n").repeat(many)));
        for (int i = 0; i < many; i++) {
          String head = client.head();
          if (head.startsWith("HTTP/1.1 503")) {
            assertThat(head).contains("retry-after: 1");
            refused++;
          } else {
            assertThat(head).startsWith("HTTP/1.1 200");
            served++;
          }
        }
      }
      assertThat(refused).isPositive();
      assertThat(exchanges).hasValue(served);
    }
  }
}
