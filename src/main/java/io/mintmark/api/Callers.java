package io.mintmark.api;

import io.mintmark.evidence.Evidence;
import java.net.InetAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who sends a request, anew for every request: an open connection's certificate is
 * checked each time, whatever TLS thought of it at the handshake or at a resumption.
 *
 * <p>Only proxies that are listed speak for others: from them the certificate comes by RFC 9440 and
 * the address by {@code X-Forwarded-For}, and their own certificate is nobody's evidence. From any
 * other address a {@code Client-Cert} header refuses the request, because something that ought to
 * have stripped it did not. Without TLS only those proxies and this machine are served.
 */
public final class Callers {
  /** The header by which proxies name whom they speak for. */
  public static final String FORWARDED = "X-Forwarded-For";

  private final Networks proxies;

  public Callers(Networks proxies) {
    this.proxies = proxies;
  }

  /**
   * @param peer the other end of the connection
   * @param session the TLS session; null on plain HTTP
   * @param headers all values of a header, by name without regard to case
   */
  public Caller of(
      InetAddress peer, @Nullable SSLSession session, Function<String, List<String>> headers)
      throws Refusal {
    List<String> leaf = headers.apply(ClientCertHeader.LEAF);
    List<String> chain = headers.apply(ClientCertHeader.CHAIN);
    String traceparent = Traceparent.read(single(headers.apply("traceparent")));
    if (proxies.contains(peer)) {
      InetAddress source = forwardedFor(proxies, peer, headers.apply(FORWARDED));
      Evidence.X509Svid certificate =
          leaf.isEmpty() && chain.isEmpty()
              ? null
              : new Evidence.X509Svid(ClientCertHeader.read(leaf, chain));
      return new Caller(source, certificate, traceparent);
    }
    if (!leaf.isEmpty() || !chain.isEmpty()) {
      throw Refusal.malformed("Client-Cert comes from an address that is no trusted proxy");
    }
    if (session == null && !peer.isLoopbackAddress()) {
      // what comes in the clear over a network was seen, and may have been changed, on its way
      throw Refusal.malformed("plain HTTP is for trusted proxies: use HTTPS");
    }
    return new Caller(peer, session == null ? null : presented(session), traceparent);
  }

  /** Whom a proxy speaks for; the proxy itself where it names no address. */
  public static InetAddress nearest(Networks proxies, InetAddress proxy, List<String> values) {
    try {
      return forwardedFor(proxies, proxy, values);
    } catch (Refusal malformed) {
      return proxy;
    }
  }

  /** The nearest address that is not itself a proxy of ours: nothing left of it can be believed. */
  private static InetAddress forwardedFor(Networks proxies, InetAddress peer, List<String> values)
      throws Refusal {
    String[] hops = String.join(",", values).split(",", -1);
    InetAddress nearest = peer;
    for (int i = hops.length - 1; i >= 0 && proxies.contains(nearest); i--) {
      String hop = hops[i].strip();
      if (hop.isEmpty()) {
        break;
      }
      try {
        nearest = Networks.literal(hop);
      } catch (IllegalArgumentException notAnAddress) {
        throw Refusal.malformed("X-Forwarded-For names no IP address");
      }
    }
    return nearest;
  }

  private static Evidence.@Nullable X509Svid presented(SSLSession session) {
    Certificate[] certificates;
    try {
      certificates = session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException noCertificate) {
      return null;
    }
    List<X509Certificate> chain = new ArrayList<>(certificates.length);
    for (Certificate certificate : certificates) {
      chain.add((X509Certificate) certificate);
    }
    return new Evidence.X509Svid(chain);
  }

  private static @Nullable String single(List<String> values) {
    return values.size() == 1 ? values.getFirst() : null;
  }
}
