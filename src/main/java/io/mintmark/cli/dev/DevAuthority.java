package io.mintmark.cli.dev;

import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.JwkSet;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Throw-away authorities for development in {@code DATA/dev}: a SPIFFE authority for each trust
 * domain that is asked for, and the issuer of a pretended Kubernetes cluster. Whoever comes first
 * creates them, under a file lock; all others read the same. Only a broker started with {@code
 * --dev} believes them.
 */
public final class DevAuthority {
  /** The trust domain of {@code --dev}. */
  public static final TrustDomain TRUST_DOMAIN = new TrustDomain("dev.mintmark");

  /** The issuer in the service account tokens. */
  public static final String KUBERNETES_ISSUER = "https://kubernetes.dev.mintmark";

  /** The issuer of a broker started with {@code --dev} and no other setting. */
  public static final String BROKER = "https://localhost:8443";

  /** The longest lifetime of evidence. */
  public static final Duration MAX_TTL = Duration.ofHours(24);

  /** The folder of the cluster's key, so that no trust domain may have this name. */
  private static final String KUBERNETES = "kubernetes";

  private final DevFiles files;
  private final InstantSource clock;
  private final Map<TrustDomain, DevDomain> domains = new ConcurrentHashMap<>();
  private volatile @Nullable KeyPair cluster;

  private DevAuthority(DevFiles files, InstantSource clock) {
    this.files = files;
    this.clock = clock;
  }

  /**
   * An X.509-SVID, its key, and the authorities it ends at.
   *
   * @param chain leaf first
   */
  public record X509Evidence(
      List<X509Certificate> chain, KeyPair keys, List<X509Certificate> authorities) {
    public X509Evidence {
      chain = List.copyOf(chain);
      authorities = List.copyOf(authorities);
    }
  }

  /** Opens {@code data/dev}, and creates it, for its owner only, where it is not there. */
  public static DevAuthority open(Path data, InstantSource clock) throws IOException {
    return new DevAuthority(DevFiles.open(data.resolve("dev")), clock);
  }

  /** A JWT-SVID signed by the authority of the ID's trust domain; at most 24 h long. */
  public String jwtSvid(WorkloadId id, String audience, Duration ttl) throws IOException {
    return DevTokens.jwtSvid(
        domain(id.trustDomain()).jwtKey(), id, audience, clock.instant(), checked(ttl));
  }

  /** An X.509-SVID with a new P-256 key; at most 24 h long. */
  public X509Evidence x509Svid(WorkloadId id, Duration ttl) throws IOException {
    DevDomain domain = domain(id.trustDomain());
    KeyPair keys = Crypto.generate(SignatureAlgorithm.ES256);
    X509Certificate leaf =
        DevCertificates.svid(
            domain.authority(),
            domain.authorityKey().getPrivate(),
            id,
            keys.getPublic(),
            clock.instant(),
            checked(ttl));
    return new X509Evidence(List.of(leaf), keys, List.of(domain.authority()));
  }

  /**
   * A projected service account token as a real API server makes it, bound to a pod on a node.
   * Throws {@link IllegalArgumentException} for a name that Kubernetes would not take.
   */
  public String serviceAccountToken(
      String namespace, String serviceAccount, String audience, Duration ttl) throws IOException {
    return DevTokens.serviceAccount(
        cluster(), namespace, serviceAccount, audience, clock.instant(), checked(ttl));
  }

  /** The SPIFFE bundle of a trust domain's authority. */
  public Bundle bundle(TrustDomain trustDomain) throws IOException {
    return domain(trustDomain).bundle();
  }

  /** Where {@link #bundle} stands in a file, for a TrustDomain document. */
  public Path bundleFile(TrustDomain trustDomain) throws IOException {
    bundle(trustDomain);
    return files.folder().resolve(trustDomain.name()).resolve(DevDomain.BUNDLE);
  }

  /** The JWK set of the pretended cluster's issuer. */
  public byte[] kubernetesJwks() throws IOException {
    return jwks(cluster());
  }

  /** Where {@link #kubernetesJwks} stands in a file, for an Issuer document. */
  public Path kubernetesJwksFile() throws IOException {
    cluster();
    return files.folder().resolve(KUBERNETES).resolve("jwks.json");
  }

  /** A trust domain's name is a folder's name here, and ".." is one that SPIFFE allows. */
  static void checkName(TrustDomain trustDomain) {
    String name = trustDomain.name();
    if (name.startsWith(".") || name.equals(KUBERNETES)) {
      throw new IllegalArgumentException(
          "trust domain \"" + name + "\" cannot have a dev authority: choose another name");
    }
  }

  private DevDomain domain(TrustDomain trustDomain) throws IOException {
    DevDomain known = domains.get(trustDomain);
    if (known != null) {
      return known;
    }
    checkName(trustDomain);
    Path folder =
        files.folder(
            trustDomain.name(), made -> DevDomain.create(made, trustDomain, clock.instant()));
    DevDomain read = DevDomain.read(folder, trustDomain);
    domains.put(trustDomain, read);
    return read;
  }

  private KeyPair cluster() throws IOException {
    KeyPair known = cluster;
    if (known != null) {
      return known;
    }
    Path folder = files.folder(KUBERNETES, DevAuthority::createCluster);
    KeyPair read = DevFiles.readKey(folder.resolve("key.pem"));
    cluster = read;
    return read;
  }

  private static void createCluster(Path folder) throws IOException {
    KeyPair keys = Crypto.generate(SignatureAlgorithm.RS256);
    DevFiles.writeKey(folder.resolve("key.pem"), keys);
    DevFiles.write(folder.resolve("jwks.json"), jwks(keys));
  }

  private static byte[] jwks(KeyPair keys) {
    Jwk jwk =
        new Jwk(
            Jwk.thumbprint(keys.getPublic()),
            "sig",
            SignatureAlgorithm.RS256,
            keys.getPublic(),
            null);
    return JwkSet.toJson(List.of(jwk), Map.of());
  }

  private static Duration checked(Duration ttl) {
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(MAX_TTL) > 0) {
      throw new IllegalArgumentException("the lifetime must be from 1 second to 24 hours");
    }
    return ttl;
  }
}
