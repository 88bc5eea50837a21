package io.mintmark.fetch;

import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.io.DetachedSocketFactory;

/**
 * The sockets of one fetch. Closing them ends it for certain: a thread that a busy server never
 * lets wait does not notice an interrupt.
 */
final class DirectSockets implements DetachedSocketFactory, AutoCloseable {
  private final List<Socket> open = new ArrayList<>();
  private boolean closed;

  /** Goes straight to the address: {@code new Socket()} would follow the ambient socksProxyHost. */
  @Override
  public synchronized Socket create(Proxy ignored) throws IOException {
    if (closed) {
      throw new IOException("the fetch has ended");
    }
    Socket socket = new Socket(Proxy.NO_PROXY);
    open.add(socket);
    return socket;
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        // it is of no more use either way
      }
    }
  }
}
