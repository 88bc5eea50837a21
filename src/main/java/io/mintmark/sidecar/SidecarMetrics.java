package io.mintmark.sidecar;

import io.micrometer.core.instrument.MeterRegistry;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.NotObtained;
import io.mintmark.sidecar.held.RenewalEvents;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.workload.Reason;
import java.util.Arrays;
import java.util.Set;

/** What a sidecar counts and logs of its renewals. */
final class SidecarMetrics implements RenewalEvents {
  private static final System.Logger LOG = System.getLogger(SidecarMetrics.class.getName());
  private static final String RENEWALS = "mintmark.sidecar.renewals";

  /** Reasons that no broker gives. */
  private static final Set<String> OWN =
      Set.of(
          "broker-answer",
          "broker-unreachable",
          "broker-untrusted",
          "expired",
          "internal",
          "overloaded",
          "proof-unavailable",
          "stopping");

  private final MeterRegistry meters;

  SidecarMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public void renewed(Wanted wanted, Held held) {
    count(wanted, "renewed", "none");
    LOG.log(
        System.Logger.Level.DEBUG, () -> described(wanted) + " renewed until " + held.expiresAt());
  }

  @Override
  public void failed(Wanted wanted, NotObtained failure) {
    count(wanted, "failed", known(failure.reason()));
    LOG.log(
        System.Logger.Level.WARNING,
        described(wanted) + " not renewed: " + failure.reason() + ": " + failure.message());
  }

  @Override
  public void lost(Wanted wanted) {
    count(wanted, "lost", "expired");
    LOG.log(System.Logger.Level.ERROR, described(wanted) + " expired before there was another");
  }

  @Override
  public void failedUnexpectedly(Wanted wanted, Throwable bug) {
    LOG.log(System.Logger.Level.ERROR, described(wanted) + " not renewed", bug);
  }

  void reloaded(boolean inForce) {
    meters
        .counter("mintmark.sidecar.reloads", "outcome", inForce ? "in-force" : "refused")
        .increment();
  }

  private void count(Wanted wanted, String outcome, String reason) {
    meters
        .counter(RENEWALS, "credential", kind(wanted), "outcome", outcome, "reason", reason)
        .increment();
  }

  /** A broker's word is no label before it is known: each would be a series of its own. */
  private static String known(String reason) {
    boolean known =
        OWN.contains(reason)
            || Arrays.stream(Reason.values()).anyMatch(one -> one.word().equals(reason));
    return known ? reason : "other";
  }

  private static String kind(Wanted wanted) {
    return switch (wanted) {
      case Wanted.AccessToken _ -> "access-token";
      case Wanted.JwtSvid _ -> "jwt-svid";
      case Wanted.X509Svid _ -> "x509-svid";
    };
  }

  private static String described(Wanted wanted) {
    return switch (wanted) {
      case Wanted.AccessToken token -> "access token for \"" + token.resource() + "\"";
      case Wanted.JwtSvid svid -> "JWT-SVID for " + svid.audiences();
      case Wanted.X509Svid _ -> "X.509-SVID";
    };
  }
}
