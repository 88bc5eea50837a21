package io.mintmark.fetch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.jspecify.annotations.Nullable;

/** TLS by trust; a new context each time, so no session is resumed past a change of trust. */
final class TlsContexts {
  private static final int MAX_CA_BYTES = 1024 * 1024;

  private TlsContexts() {}

  static TlsSocketStrategy strategy(TlsTrust trust) throws FetchRefused {
    try {
      return switch (trust) {
        case TlsTrust.SystemRoots() -> named(roots(null));
        case TlsTrust.CaFile(var file) -> named(roots(store(file)));
        // the host name means nothing here: the check looks at the SPIFFE ID
        case TlsTrust.Peer(var check) ->
            new DefaultClientTlsStrategy(
                context(check), HostnameVerificationPolicy.CLIENT, NoopHostnameVerifier.INSTANCE);
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  private static TlsSocketStrategy named(TrustManager[] managers) throws GeneralSecurityException {
    return new DefaultClientTlsStrategy(
        context(managers), HostnameVerificationPolicy.BOTH, new DefaultHostnameVerifier());
  }

  private static SSLContext context(TrustManager... managers) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers, null);
    return context;
  }

  private static TrustManager[] roots(@Nullable KeyStore store) throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore store(LocalFile file) throws FetchRefused, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates(file)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
    } catch (IOException e) {
      throw unusable(file, String.valueOf(e.getMessage()));
    }
    return store;
  }

  private static Collection<? extends Certificate> certificates(LocalFile file)
      throws FetchRefused, IOException, CertificateException {
    byte[] pem = file.read(MAX_CA_BYTES);
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Collection<? extends Certificate> certificates;
    try {
      certificates = factory.generateCertificates(new ByteArrayInputStream(pem));
    } catch (CertificateException e) {
      throw unusable(file, "is no PEM file of certificates");
    }
    if (certificates.isEmpty()) {
      throw unusable(file, "has no certificate");
    }
    return certificates;
  }

  private static FetchRefused unusable(LocalFile file, String why) {
    return new FetchRefused(FetchFailure.LOCAL_FILE, "CA file \"" + file + "\" " + why);
  }
}
