package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Upstreams of HTTP/2 that break its rules. */
@Timeout(60)
class HostileHttp2UpstreamTest {
  @TempDir Path folder;

  private static byte[] ok(int flags, String... more) {
    String[] fields = new String[2 + more.length];
    fields[0] = ":status";
    fields[1] = "200";
    System.arraycopy(more, 0, fields, 2, more.length);
    return Frames.headers(3, flags, fields);
  }

  private static byte[] frames(byte[]... all) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    for (byte[] each : all) {
      out.writeBytes(each);
    }
    return out.toByteArray();
  }

  static Stream<Arguments> garbage() {
    byte[] end = Frames.data(3, Frames.END_STREAM, "abc");
    return Stream.of(
        said("no HTTP/2", "HTTP/1.1 200 OK\r\n\r\n".getBytes()),
        said("a reset", Frames.frame(Frames.RST_STREAM, 0, 3, Frames.number(2))),
        said(
            "a farewell",
            Frames.frame(Frames.GOAWAY, 0, 0, frames(Frames.number(0), Frames.number(0)))),
        said("lines in a value", frames(ok(0, "x-a", "x\r\nset-cookie: smuggled"), end)),
        said("lines in a name", frames(ok(0, "x\r\nset-cookie: smuggled\r\nx", "y"), end)),
        said("a null byte", frames(ok(0, "x-a", "smuggled\0"), end)),
        said("upper case", frames(ok(0, "X-Smuggled", "y"), end)),
        said("a coding", frames(ok(0, "transfer-encoding", "chunked"), end)),
        said("two statuses", frames(ok(0, ":status", "200"), end)),
        said("no status", frames(Frames.headers(3, 0, "x-a", "y"), end)),
        said("a status of letters", frames(Frames.headers(3, 0, ":status", "abc"), end)),
        said("a pseudo-field of requests", frames(ok(0, ":path", "/smuggled"), end)),
        said("two lengths", frames(ok(0, "content-length", "3", "content-length", "4"), end)),
        said("a body before its head", end),
        said(
            "a head without end",
            Frames.frame(Frames.HEADERS, 0, 3, Frames.block(":status", "200")),
            Frames.frame(Frames.CONTINUATION, 0, 3, Frames.block("x-a", "y".repeat(1000)))),
        said("an upgrade nobody asked for", frames(Frames.headers(3, 0, ":status", "101"), end)),
        said(
            "a pushed answer",
            frames(
                Frames.frame(
                    Frames.PUSH_PROMISE,
                    Frames.END_HEADERS,
                    3,
                    frames(Frames.number(2), Frames.block(":method", "GET", ":path", "/v1/a"))),
                Frames.headers(2, Frames.END_STREAM, ":status", "200", "x-a", "smuggled"))));
  }

  private static Arguments said(String name, byte[]... frames) {
    return Arguments.of(name, List.of(frames));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("garbage")
  void garbageIsNotPassedOn(String name, List<byte[]> said) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Http2Caller caller = new Http2Caller(proxy)) {
      proxy.upstream.http2 =
          (in, out) -> {
            asked(in);
            out.write(said.getFirst());
            for (int i = 0; said.size() > 1 && i < 10_000; i++) {
              out.write(said.getLast());
            }
            out.flush();
            in.transferTo(OutputStream.nullOutputStream());
          };
      caller.send(caller.get(1, "/v1/a"));
      Frames.Answer answer = caller.answer(1);
      assertThat(answer.head().toString()).doesNotContain("smuggled").doesNotContain("token-1");
      assertThat(answer.reset() || answer.status().matches("50[24]"))
          .as("%s", answer.head())
          .isTrue();
    }
  }

  private static void asked(InputStream in) throws IOException {
    while (Frames.read(in).type() != Frames.HEADERS) {
      // its settings
    }
  }

  @Test
  void anAnswerPassesAndOneShorterThanAnnouncedDoesNotLookWhole() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Http2Caller caller = new Http2Caller(proxy)) {
      proxy.upstream.http2 =
          (in, out) -> {
            asked(in);
            out.write(
                frames(ok(0, "content-length", "3"), Frames.data(3, Frames.END_STREAM, "abc")));
            out.flush();
            asked(in);
            out.write(Frames.headers(5, 0, ":status", "200", "content-length", "30"));
            out.write(Frames.data(5, Frames.END_STREAM, "abc"));
            out.flush();
            in.transferTo(OutputStream.nullOutputStream());
          };
      caller.send(caller.get(1, "/v1/a"));
      assertThat(caller.answer(1).body()).isEqualTo("abc");
      caller.send(caller.get(3, "/v1/b"));
      assertThat(caller.answer(3).reset()).isTrue();
    }
  }
}
