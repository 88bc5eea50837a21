package io.mintmark.sidecar.broker;

import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.SvidCheck;
import io.mintmark.spiffe.X509Svid;
import io.mintmark.workload.WorkloadId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes only the server that shows an X.509-SVID of one identity, by the bundle of the moment.
 */
public final class PeerTrust extends X509ExtendedTrustManager {
  private final WorkloadId expected;
  private final Supplier<Bundle> bundle;
  private final InstantSource clock;

  public PeerTrust(WorkloadId expected, Supplier<Bundle> bundle, InstantSource clock) {
    this.expected = expected;
    this.bundle = bundle;
    this.clock = clock;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    switch (X509Svid.validate(List.of(chain), bundle.get(), clock.instant())) {
      case SvidCheck.Invalid(_, String detail) ->
          throw new CertificateException("the server's X.509-SVID does not hold: " + detail);
      case SvidCheck.Valid(WorkloadId id, _, _) -> {
        if (!id.equals(expected)) {
          throw new CertificateException(
              "the server is \"" + id + "\" and not \"" + expected + "\"");
        }
      }
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("clients are not checked here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("clients are not checked here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("clients are not checked here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
