package io.mintmark.fetch;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server that speaks whatever a test wants, over TLS or bare. */
final class RawServer implements AutoCloseable {
  private final ServerSocket listener;
  private final CountDownLatch hungUp = new CountDownLatch(1);

  /** What is said on each connection, until the other side hangs up. */
  interface Speech {
    void speak(OutputStream out) throws IOException, InterruptedException;
  }

  RawServer(@Nullable SSLContext tls, Speech speech) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    listener =
        tls == null
            ? new ServerSocket(0, 50, loopback)
            : tls.getServerSocketFactory().createServerSocket(0, 50, loopback);
    Thread.ofVirtual().start(() -> serve(speech));
  }

  private void serve(Speech speech) {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        try {
          socket.getOutputStream().flush();
          speech.speak(socket.getOutputStream());
          while (socket.getInputStream().read() >= 0) {
            // until it hangs up
          }
        } catch (IOException | InterruptedException e) {
          // so it did
        } finally {
          hungUp.countDown();
        }
      } catch (IOException closed) {
        // the test is over
      }
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Waits until a client has hung up. */
  boolean sawHangUp() throws InterruptedException {
    return hungUp.await(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
