package io.mintmark.sidecar.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** A caller of HTTP/2 with prior knowledge that sends whatever frames a test wants. */
final class Http2Caller implements AutoCloseable {
  final Socket socket;
  private final Frames frames = new Frames();
  private final String authority;

  Http2Caller(ProxyFixture proxy) throws IOException {
    socket = proxy.connect();
    socket.setSoTimeout(20_000);
    authority = "localhost:" + proxy.port();
    send(Frames.PREFACE);
    send(Frames.frame(Frames.SETTINGS, 0, 0));
  }

  void send(byte[]... frames) throws IOException {
    for (byte[] frame : frames) {
      socket.getOutputStream().write(frame);
    }
  }

  /** The fields of a usual request, and more of them. */
  String[] fields(String method, String path, String... more) {
    String[] fields = new String[8 + more.length];
    String[] usual = {":method", method, ":path", path, ":scheme", "http", ":authority", authority};
    System.arraycopy(usual, 0, fields, 0, usual.length);
    System.arraycopy(more, 0, fields, usual.length, more.length);
    return fields;
  }

  byte[] get(int stream, String path, String... more) {
    return Frames.headers(stream, Frames.END_STREAM, fields("GET", path, more));
  }

  byte[] post(int stream, String path, String... more) {
    return Frames.headers(stream, 0, fields("POST", path, more));
  }

  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  Frames.Answer answer(int stream) throws IOException {
    return frames.answer(in(), stream);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
