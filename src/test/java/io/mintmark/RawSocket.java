package io.mintmark;

import io.mintmark.cli.ClientTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says bytes to a broker as they are. */
final class RawSocket implements AutoCloseable {
  private static final Pattern LENGTH =
      Pattern.compile("(?si).*?\r\ncontent-length: ([0-9]+)\r\n.*");
  private final Socket socket;

  private RawSocket(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
  }

  static RawSocket of(Socket socket) throws IOException {
    return new RawSocket(socket);
  }

  static RawSocket plain(Service service) throws IOException {
    return new RawSocket(new Socket("127.0.0.1", service.setup().http().port()));
  }

  static RawSocket management(Service service) throws IOException {
    return new RawSocket(new Socket("127.0.0.1", service.setup().management().port()));
  }

  static RawSocket tls(Service service) throws IOException, GeneralSecurityException {
    return new RawSocket(
        ClientTls.context(service.serverRoots(), null)
            .getSocketFactory()
            .createSocket("localhost", service.setup().https().port()));
  }

  /** Sends this and is what was answered to it. */
  String say(String request) throws IOException {
    try (this) {
      send(request);
      return answer();
    }
  }

  void send(String request) {
    try {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    } catch (IOException refusedWhileSending) {
      // what was answered before is what counts
    }
  }

  /** One line, without its end. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = socket.getInputStream().read();
        b >= 0 && b != '\n';
        b = socket.getInputStream().read()) {
      line.append((char) b);
    }
    return line.toString().strip();
  }

  /** One whole answer, or what came of it before the end. */
  String answer() throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder answer = new StringBuilder();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        answer.append((char) b);
        if (isWhole(answer.toString())) {
          break;
        }
      }
    } catch (java.net.SocketTimeoutException silent) {
      throw silent;
    } catch (IOException hungUp) {
      // an end, too
    }
    return answer.toString();
  }

  /** Whether the other side ends the connection, in time. */
  boolean ends() {
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException stays) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private static boolean isWhole(String answer) {
    int head = answer.indexOf("\r\n\r\n");
    if (head < 0) {
      return false;
    }
    Matcher length = LENGTH.matcher(answer.substring(0, head + 2));
    return length.matches() && answer.length() >= head + 4 + Integer.parseInt(length.group(1));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
