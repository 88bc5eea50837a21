package io.mintmark.credential;

import io.mintmark.keys.KeyRing;
import io.mintmark.keys.KeysUnavailable;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The broker's own TLS certificate, {@code spiffe://TRUST-DOMAIN/mintmark/broker}, from its own
 * authority. No grant leads here: that identity is reserved, and only the root has this object.
 */
public final class ServerCertificate {
  private static final String PATH = "/mintmark/broker";
  private final KeyRing ring;
  private final List<String> dnsNames;
  private final List<InetAddress> addresses;
  private final Duration lifetime;
  private final Serials serials;
  private @Nullable Material current;

  /**
   * A certificate and its key.
   *
   * @param chain leaf first, without the root
   * @param renewAt when {@link #current} gives another, where it can
   */
  public record Material(List<X509Certificate> chain, PrivateKey key, Instant renewAt) {
    public Material {
      chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
      return "Material[" + chain.getFirst().getSubjectX500Principal() + ", redacted]";
    }
  }

  /**
   * @param lifetime at most the ring's longest credential
   */
  public ServerCertificate(
      KeyRing ring,
      List<String> dnsNames,
      List<InetAddress> addresses,
      Duration lifetime,
      SecureRandom random) {
    this.ring = ring;
    this.dnsNames = List.copyOf(dnsNames);
    this.addresses = List.copyOf(addresses);
    this.lifetime = lifetime;
    this.serials = new Serials(random);
  }

  /**
   * The certificate to serve now: the same until shortly before half of its life is over, or its
   * authority is no longer published; then another with a new key. Where there can be no other, it
   * serves until it ends.
   */
  public synchronized Material current(Instant now) throws KeysUnavailable {
    Material held = current;
    boolean usable = held != null && isUsable(held, now);
    if (held != null && usable && now.isBefore(held.renewAt())) {
      return held;
    }
    try {
      Material renewed = strike(now);
      current = renewed;
      return renewed;
    } catch (KeysUnavailable unavailable) {
      if (held != null && usable) {
        return held;
      }
      throw unavailable;
    }
  }

  private boolean isUsable(Material held, Instant now) {
    X509Certificate leaf = held.chain().getFirst();
    return !now.isBefore(leaf.getNotBefore().toInstant())
        && now.isBefore(leaf.getNotAfter().toInstant())
        && ring.publishes(held.chain().getLast().getIssuerX500Principal());
  }

  private Material strike(Instant now) throws KeysUnavailable {
    Duration life =
        lifetime.compareTo(ring.longestCredential()) < 0 ? lifetime : ring.longestCredential();
    KeyPair pair = keyPair();
    Leaf leaf =
        new Leaf(
            new WorkloadId(ring.trustDomain(), PATH),
            pair.getPublic(),
            dnsNames,
            addresses,
            null,
            Serials.number(serials.next(now)));
    LeafCertificates.Struck struck = LeafCertificates.strike(leaf, ring, now, now.plus(life), true);
    Duration given = Duration.between(now, struck.end());
    return new Material(
        LeafCertificates.parse(struck.chain()),
        pair.getPrivate(),
        now.plus(given.multipliedBy(9).dividedBy(20)));
  }

  /** Of the JDK's own classes, for its TLS. */
  private static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot generate a P-256 key", e);
    }
  }
}
