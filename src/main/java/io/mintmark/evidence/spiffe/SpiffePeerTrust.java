package io.mintmark.evidence.spiffe;

import io.mintmark.fetch.UntrustedPeer;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.SvidCheck;
import io.mintmark.spiffe.X509Svid;
import io.mintmark.workload.WorkloadId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes a server that shows an X.509-SVID of one SPIFFE ID, checked against one bundle; host
 * names and system roots mean nothing (SPIFFE Federation section 5.2.2).
 */
final class SpiffePeerTrust extends X509ExtendedTrustManager {
  private final WorkloadId expected;
  private final Bundle bundle;
  private final InstantSource clock;

  SpiffePeerTrust(WorkloadId expected, Bundle bundle, InstantSource clock) {
    this.expected = expected;
    this.bundle = bundle;
    this.clock = clock;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    switch (X509Svid.validate(List.of(chain), bundle, clock.instant())) {
      case SvidCheck.Invalid(_, var detail) ->
          throw new UntrustedPeer(
              "its X.509-SVID does not hold: "
                  + detail
                  + "; if all authorities that are known here were rotated out, put in a newer"
                  + " bootstrap file");
      case SvidCheck.Valid(var id, _, _) -> {
        if (!id.equals(expected)) {
          throw new UntrustedPeer("it is \"%s\" and not \"%s\"".formatted(id, expected));
        }
      }
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("clients are not checked here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("clients are not checked here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("clients are not checked here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
