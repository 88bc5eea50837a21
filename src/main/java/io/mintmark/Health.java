package io.mintmark;

import io.mintmark.ledger.Journal;
import io.mintmark.ledger.LedgerStatus;
import io.mintmark.storage.jdbc.Projection;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** The health checks tell what is so now, each for itself. */
final class Health {
  private Health() {}

  /**
   * The process answers, an error of the JVM has not ended its ledger, and what waits is still run:
   * that is all liveness may say, since a restart mends nothing else.
   */
  @Liveness
  @Singleton
  static class Alive implements HealthCheck {
    private static final String NOTHING_RUNS =
        "what waits for keys or an API server is not run any more: restart the broker";

    private final Service service;

    Alive(Service service) {
      this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
      return of(service.broker().journal(), service.pulse());
    }

    static HealthCheckResponse of(Journal journal, Pulse pulse) {
      boolean broken = journal.isBroken();
      boolean lost = pulse.isLost();
      String problem = broken ? journal.status().problem() : lost ? NOTHING_RUNS : null;
      HealthCheckResponseBuilder check =
          HealthCheckResponse.named("process").status(!broken && !lost);
      return (problem == null ? check : check.withData("problem", problem)).build();
    }
  }

  /** Keys, ledger and policy were opened; without them the process would have ended. */
  @Startup
  @Singleton
  static class Started implements HealthCheck {
    private final Service service;

    Started(Service service) {
      this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
      return HealthCheckResponse.named("broker")
          .status(!service.broker().policy().version().isEmpty())
          .build();
    }
  }

  /** Whether requests are taken: not while the broker stops. */
  @Readiness
  @Singleton
  static class Listening implements HealthCheck {
    private final Service service;

    Listening(Service service) {
      this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
      return HealthCheckResponse.named("listeners").status(!service.isStopping()).build();
    }
  }

  /** Whether records can be kept: without one nothing is handed out. */
  @Readiness
  @Singleton
  static class LedgerWritable implements HealthCheck {
    private final Service service;

    LedgerWritable(Service service) {
      this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
      LedgerStatus status = service.broker().journal().status();
      HealthCheckResponseBuilder check =
          HealthCheckResponse.named("ledger").status(status.writable());
      return (status.problem() == null ? check : check.withData("problem", status.problem()))
          .withData("records", status.records())
          .build();
    }
  }

  /**
   * Whether there are keys to sign with. An operator's newer files that are refused are told and do
   * not make the broker unready: the last good ones serve on.
   */
  @Readiness
  @Singleton
  static class KeysActive implements HealthCheck {
    private final Service service;

    KeysActive(Service service) {
      this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
      String missing = service.missingKeys();
      HealthCheckResponseBuilder check = HealthCheckResponse.named("keys").status(missing == null);
      if (missing != null) {
        check.withData("problem", missing);
      }
      service
          .broker()
          .keys()
          .problem()
          .ifPresent(refused -> check.withData("authority_files", refused));
      String certificate = service.serverCertificateProblem();
      if (certificate != null) {
        check.withData("server_certificate_files", certificate);
      }
      return check.build();
    }
  }

  /**
   * How the store does. It is never what makes the broker unready: nothing is read from it or
   * written to it while a credential is struck, and its loss loses no record.
   */
  @Readiness
  @Singleton
  static class StoreFollows implements HealthCheck {
    private final Service service;

    StoreFollows(Service service) {
      this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
      Projection projection = service.projection();
      String problem = projection.problem();
      HealthCheckResponseBuilder check =
          HealthCheckResponse.named("store")
              .up()
              .withData("takes_records", problem == null)
              .withData("lag_records", projection.lag());
      return (problem == null ? check : check.withData("problem", problem)).build();
    }
  }

  /**
   * Whether a policy is in force. Errors in newer documents are told and do not make the broker
   * unready: the last good policy serves on.
   */
  @Readiness
  @Singleton
  static class PolicyCompiled implements HealthCheck {
    private final Service service;

    PolicyCompiled(Service service) {
      this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
      PolicyState state = service.broker().policy();
      HealthCheckResponseBuilder check =
          HealthCheckResponse.named("policy").up().withData("version", state.version());
      return (state.errors().isEmpty()
              ? check
              : check
                  .withData("errors", state.errors().size())
                  .withData("first_error", state.errors().getFirst().toString()))
          .build();
    }
  }
}
