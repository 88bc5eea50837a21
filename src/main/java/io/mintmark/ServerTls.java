package io.mintmark;

import io.mintmark.api.http.Seldom;
import io.mintmark.credential.ServerCertificate;
import io.mintmark.keys.KeyRing;
import io.mintmark.keys.KeysUnavailable;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that HTTPS shows, asked for anew at each handshake, so that a renewed one needs
 * no restart.
 */
final class ServerTls extends X509ExtendedKeyManager {
  private static final Logger LOG = Logger.getLogger(ServerTls.class);
  private static final Duration LIFETIME = Duration.ofHours(12);
  private final Source source;

  /** Certificate chain and key of one handshake. */
  record Pair(List<X509Certificate> chain, PrivateKey key) {
    Pair {
      chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
      return "Pair[" + chain.getFirst().getSubjectX500Principal() + ", redacted]";
    }
  }

  /** Where they come from. */
  interface Source {
    /** Null where there is none now: the handshake fails. */
    @Nullable Pair current();
  }

  ServerTls(Source source) {
    this.source = source;
  }

  /**
   * Certificates of the broker's own authority, for the issuer, the listener, the names that are
   * set, and this machine.
   */
  static ServerTls own(KeyRing keys, Setup setup, InstantSource clock) {
    List<String> hosts = new ArrayList<>(setup.dnsNames());
    hosts.addFirst(setup.https().host());
    hosts.addFirst(URI.create(setup.issuer()).getHost());
    return own(keys, hosts, clock, new Seldom(System::nanoTime, LOG::error));
  }

  /**
   * @param hosts names and addresses, beside those of this machine
   * @param log for what anybody who connects can cause
   */
  static ServerTls own(KeyRing keys, List<String> hosts, InstantSource clock, Seldom log) {
    Set<String> names = new LinkedHashSet<>();
    Set<InetAddress> addresses = new LinkedHashSet<>();
    for (String host : hosts) {
      try {
        InetAddress address = InetAddress.ofLiteral(host);
        if (!address.isAnyLocalAddress()) {
          addresses.add(address);
        }
      } catch (IllegalArgumentException aName) {
        names.add(host);
      }
    }
    names.add("localhost");
    addresses.add(InetAddress.ofLiteral("127.0.0.1"));
    addresses.add(InetAddress.ofLiteral("::1"));
    ServerCertificate certificate =
        new ServerCertificate(
            keys, List.copyOf(names), List.copyOf(addresses), LIFETIME, new SecureRandom());
    return new ServerTls(
        () -> {
          try {
            ServerCertificate.Material material = certificate.current(clock.instant());
            return new Pair(material.chain(), material.key());
          } catch (KeysUnavailable unavailable) {
            log.say("no server certificate: " + unavailable.getMessage());
            return null;
          }
        });
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    Pair pair = source.current();
    return pair != null && fits(pair.key().getAlgorithm(), keyType) ? Held.put(pair) : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineServerAlias(keyType, issuers, null);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    Pair pair = Held.get(alias);
    return pair == null ? null : pair.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    Pair pair = Held.get(alias);
    return pair == null ? null : pair.key();
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = chooseEngineServerAlias(keyType, issuers, null);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  private static boolean fits(String algorithm, String keyType) {
    return switch (keyType) {
      case "EC", "EC_EC" -> algorithm.equals("EC");
      case "RSA", "RSASSA-PSS" -> algorithm.equals("RSA");
      default -> algorithm.equals(keyType);
    };
  }

  /**
   * The pair that this thread's handshake has chosen: JSSE asks for chain and key by alias right
   * after, on the same thread, and both must be of one certificate.
   */
  private static final class Held {
    private static final ThreadLocal<@Nullable Pair> PAIR = new ThreadLocal<>();
    private static final String ALIAS = "mintmark";

    static String put(Pair pair) {
      PAIR.set(pair);
      return ALIAS;
    }

    static @Nullable Pair get(String alias) {
      return alias.equals(ALIAS) ? PAIR.get() : null;
    }
  }
}
