package io.mintmark.sidecar.proxy;

import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.Pki;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.GeneralName;

/** A server over TLS that notes every byte of what it is sent and answers what a test wants. */
public final class RawUpstream implements AutoCloseable {
  /** The heads of all requests, with the bodies that their content-length announces. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** Connections that were opened. */
  public final List<Socket> connections = new CopyOnWriteArrayList<>();

  /** Answers a request on its connection; false to close it. */
  public volatile Answers answers = (request, socket) -> say(socket, ok("hello"));

  /** The certificates that callers showed, one for each connection that showed any. */
  final List<X509Certificate> shown = new CopyOnWriteArrayList<>();

  /** Reads nothing before this has come down; null reads. */
  volatile java.util.concurrent.@org.jspecify.annotations.Nullable CountDownLatch deaf;

  /** What is said over HTTP/2 after both sides' prefaces; null for HTTP/1.1 only. */
  volatile @org.jspecify.annotations.Nullable Conversation http2;

  private final Pki.Issued authority;
  private final SSLServerSocket server;

  /** Frames both ways. */
  interface Conversation {
    void hold(InputStream in, OutputStream out) throws IOException;
  }

  /** How a request is answered. */
  public interface Answers {
    boolean answer(String request, Socket socket) throws IOException;
  }

  public RawUpstream() throws IOException {
    this("localhost");
  }

  /**
   * @param name the DNS name in its certificate; a SPIFFE ID where it begins so
   */
  public RawUpstream(String name) throws IOException {
    Instant now = Instant.now();
    authority =
        Pki.authority("CN=authority")
            .uris("spiffe://prod.example.org")
            .valid(now.minusSeconds(60), now.plus(Duration.ofHours(2)))
            .selfSigned();
    Pki leaf = Pki.leaf(name.startsWith("spiffe:") ? name : "spiffe://prod.example.org/ledger");
    if (!name.startsWith("spiffe:")) {
      leaf = leaf.names(new GeneralName(GeneralName.dNSName, name));
    }
    Pki.Issued own = leaf.valid(now.minusSeconds(60), now.plus(Duration.ofHours(1))).by(authority);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "own", own.keys().getPrivate(), new char[0], new X509Certificate[] {own.certificate()});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keys.getKeyManagers(), InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
      server =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      server.setWantClientAuth(true);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  X509Certificate authority() {
    return authority.certificate();
  }

  public Path authorityIn(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("ca.pem"), Certificates.pem(List.of(authority.certificate())));
  }

  public static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  public static boolean say(Socket socket, String answer) throws IOException {
    socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return true;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // the test has ended
    }
  }

  private void serve(Socket socket) {
    Conversation conversation = http2;
    try (socket) {
      SSLSocket tls = (SSLSocket) socket;
      if (conversation != null) {
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        tls.setSSLParameters(parameters);
      }
      tls.startHandshake();
      try {
        shown.add((X509Certificate) tls.getSession().getPeerCertificates()[0]);
      } catch (SSLPeerUnverifiedException none) {
        // it need not show any
      }
      var wait = deaf;
      if (wait != null) {
        wait.await();
      }
      InputStream in = socket.getInputStream();
      if (conversation != null) {
        in.readNBytes(Frames.PREFACE.length);
        socket.getOutputStream().write(Frames.frame(Frames.SETTINGS, 0, 0));
        conversation.hold(in, socket.getOutputStream());
        return;
      }
      for (String head = head(in); head != null; head = head(in)) {
        String request = head + body(head, in);
        requests.add(request);
        if (!answers.answer(request, socket)) {
          return;
        }
      }
    } catch (IOException | InterruptedException ended) {
      // by the other side
    }
  }

  /** Up to and with the empty line; null at the end. */
  static @org.jspecify.annotations.Nullable String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  static String body(String head, InputStream in) throws IOException {
    String lower = head.toLowerCase(java.util.Locale.ROOT);
    int length = lower.indexOf("\r\ncontent-length: ");
    if (length >= 0) {
      String number = lower.substring(length + 18, lower.indexOf('\r', length + 18));
      return new String(in.readNBytes(Integer.parseInt(number)), StandardCharsets.ISO_8859_1);
    }
    if (lower.contains("\r\ntransfer-encoding: chunked")) {
      StringBuilder body = new StringBuilder();
      while (!body.toString().endsWith("0\r\n\r\n")
          && !body.toString().matches("(?s).*\r\n0\r\n.+\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        body.append((char) next);
      }
      return body.toString();
    }
    return "";
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : connections) {
      socket.close();
    }
  }
}
