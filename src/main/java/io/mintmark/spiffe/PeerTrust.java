package io.mintmark.spiffe;

import io.mintmark.workload.WorkloadId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/**
 * Believes only the server that shows an X.509-SVID of one SPIFFE ID, by the bundle of the moment;
 * host names and system roots mean nothing (SPIFFE Federation section 5.2.2).
 */
public final class PeerTrust extends ServerTrust {
  private final WorkloadId expected;
  private final Supplier<Bundle> bundle;
  private final InstantSource clock;
  private final Function<Distrust, CertificateException> refusal;

  public PeerTrust(WorkloadId expected, Supplier<Bundle> bundle, InstantSource clock) {
    this(expected, bundle, clock, distrust -> new CertificateException(distrust.sentence()));
  }

  /**
   * @param refusal makes what is thrown of why a server is not believed
   */
  public PeerTrust(
      WorkloadId expected,
      Supplier<Bundle> bundle,
      InstantSource clock,
      Function<Distrust, CertificateException> refusal) {
    this.expected = expected;
    this.bundle = bundle;
    this.clock = clock;
    this.refusal = refusal;
  }

  /** Why a server is not believed. */
  public sealed interface Distrust {
    String sentence();

    /** What it shows is no X.509-SVID by the bundle. */
    record NoSvid(String detail) implements Distrust {
      @Override
      public String sentence() {
        return "its X.509-SVID does not hold: " + detail;
      }
    }

    /** It shows that of another. */
    record Another(WorkloadId shown, WorkloadId expected) implements Distrust {
      @Override
      public String sentence() {
        return "it is \"" + shown + "\" and not \"" + expected + "\"";
      }
    }
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    switch (X509Svid.validate(List.of(chain), bundle.get(), clock.instant())) {
      case SvidCheck.Invalid(_, String detail) -> throw refusal.apply(new Distrust.NoSvid(detail));
      case SvidCheck.Valid(WorkloadId id, _, _) -> {
        if (!id.equals(expected)) {
          throw refusal.apply(new Distrust.Another(id, expected));
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
}
