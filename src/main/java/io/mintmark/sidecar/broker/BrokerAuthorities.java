package io.mintmark.sidecar.broker;

import io.mintmark.sidecar.plan.Sha256;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedCertificate;
import io.mintmark.spiffe.ServerTrust;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Believes the server whose name is in a certificate of these authorities: those of a file and,
 * where the broker shows an X.509-SVID of its own trust domain, the others of that domain as it
 * streams them. So its authority rotates without anybody touching the file, a public authority
 * stays as it is, and no other domain can name itself into this: not by a bundle that holds our
 * authority.
 */
final class BrokerAuthorities extends ServerTrust {
  private static final int MAX_AUTHORITIES = 512;

  private final TrustFile<Known> file;
  private volatile @Nullable TrustDomain own;
  private Set<X509Certificate> compiledOf = Set.of();
  private X509ExtendedTrustManager compiled;

  /**
   * Who is believed.
   *
   * @param learned those among them that the broker's trust domain named last
   */
  private record Known(Set<X509Certificate> authorities, Set<X509Certificate> learned) {
    /** What the domain no longer names is believed no more; what it adds is. */
    Known naming(Set<X509Certificate> named) {
      if (learned.isEmpty() && Collections.disjoint(authorities, named)) {
        return this;
      }
      Set<X509Certificate> all = new HashSet<>(authorities);
      all.removeAll(learned);
      all.addAll(named);
      return new Known(Set.copyOf(all), named);
    }
  }

  /**
   * Throws an {@link IOException} with a sentence where the file holds no authorities.
   *
   * @param kept where what the broker's trust domain names is kept; null where it is not
   * @param bound the only content of the file that counts; null where any does
   */
  BrokerAuthorities(Path path, @Nullable Path kept, @Nullable Sha256 bound) throws IOException {
    this.file = new TrustFile<>(path, kept, bound, new KnownReader(path));
    this.compiled = trusting(authorities());
  }

  /** Who is believed now. */
  Set<X509Certificate> authorities() {
    return file.get().authorities();
  }

  /** What is wrong with the file now; null where nothing is. */
  @Nullable String objection() {
    return file.objection();
  }

  void streamed(Map<TrustDomain, Bundle> bundles) {
    TrustDomain domain = own;
    Bundle bundle = domain == null ? null : bundles.get(domain);
    if (bundle != null) {
      Set<X509Certificate> named = Set.copyOf(bundle.x509Authorities());
      file.learn(known -> known.naming(named));
    }
  }

  private synchronized X509ExtendedTrustManager current() throws CertificateException {
    Set<X509Certificate> authorities = authorities();
    if (!authorities.equals(compiledOf)) {
      try {
        compiled = trusting(authorities);
        compiledOf = authorities;
      } catch (IOException impossible) {
        throw new CertificateException("its authorities cannot be used", impossible);
      }
    }
    return compiled;
  }

  /** The trust domain of a broker's X.509-SVID; null where the certificate is none. */
  private static @Nullable TrustDomain domain(X509Certificate leaf) {
    try {
      List<String> ids = Answers.names(leaf);
      WorkloadId id = ids.size() == 1 ? WorkloadId.parse(ids.getFirst()) : null;
      return id != null && id.path().equals(BrokerLink.BROKER_PATH) ? id.trustDomain() : null;
    } catch (CertificateParsingException | MalformedWorkloadId none) {
      return null;
    }
  }

  private static X509ExtendedTrustManager trusting(Set<X509Certificate> authorities)
      throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int index = 0;
      for (X509Certificate authority : authorities) {
        store.setCertificateEntry("authority-" + index++, authority);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException unusable) {
      throw new IOException("the JDK cannot use the authorities", unusable);
    }
  }

  private record KnownReader(Path path) implements TrustFile.Reader<Known> {
    /** Between what the trust domain named and the others. */
    private static final String OTHERS = "others\n";

    @Override
    public Known parsed(byte[] bytes) throws IOException {
      Set<X509Certificate> authorities = certificates(bytes);
      if (authorities.isEmpty()) {
        throw new IOException("\"" + path + "\" holds no certificate authorities");
      }
      return new Known(authorities, Set.of());
    }

    @Override
    public byte[] written(Known known) {
      Set<X509Certificate> others = new HashSet<>(known.authorities());
      others.removeAll(known.learned());
      return (Certificates.pem(List.copyOf(known.learned()))
              + OTHERS
              + Certificates.pem(List.copyOf(others)))
          .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Known restored(byte[] kept) throws IOException {
      String text = new String(kept, StandardCharsets.US_ASCII);
      int others = text.indexOf(OTHERS);
      if (others < 0) {
        throw new IOException("it was not kept whole");
      }
      Set<X509Certificate> learned = certificates(text.substring(0, others));
      Set<X509Certificate> all = new HashSet<>(learned);
      all.addAll(certificates(text.substring(others + OTHERS.length())));
      return new Known(Set.copyOf(all), learned);
    }

    private Set<X509Certificate> certificates(String pem) throws IOException {
      return pem.isEmpty() ? Set.of() : certificates(pem.getBytes(StandardCharsets.US_ASCII));
    }

    private Set<X509Certificate> certificates(byte[] bytes) throws IOException {
      try {
        return Set.copyOf(Certificates.parse(bytes, MAX_AUTHORITIES));
      } catch (MalformedCertificate malformed) {
        throw new IOException(
            "\"" + path + "\" holds no certificate authorities: " + malformed.getMessage(),
            malformed);
      }
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    current().checkServerTrusted(chain, type, engine);
    own = domain(chain[0]);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    current().checkServerTrusted(chain, type, socket);
    own = domain(chain[0]);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("without a connection there is no name to compare");
  }
}
