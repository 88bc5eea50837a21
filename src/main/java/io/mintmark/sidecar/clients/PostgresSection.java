package io.mintmark.sidecar.clients;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.files.Preset;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;
import java.nio.file.Path;

/**
 * Compiles a delivery to psql and what else uses libpq: a certificate under libpq's own names, and
 * a service that names it.
 */
public final class PostgresSection {
  private static final String SERVICES = "pg_service.conf";
  private static final String CERTIFICATE = "postgresql.crt";
  private static final String KEY = "postgresql.key";

  /** The name by which libpq finds the authorities of servers. */
  private static final String SERVER_AUTHORITIES = "root.crt";

  private PostgresSection() {}

  /**
   * What is wrong is said at its place.
   *
   * @param entry one of {@code spec.deliver}, which names the certificate
   * @param to what the service says
   */
  public static DeliveryPlan compile(Section entry, Section to) {
    Wanted svid = Credential.svid(entry, "postgres");
    Preset preset = Preset.of(to);
    Values values = new Values(to);
    String host = values.text("host", "");
    if (host.startsWith("/") || host.startsWith("@") || host.contains(",")) {
      to.error("host", "it is one host name or address: libpq speaks no TLS on a Unix socket");
    }
    Path authorities = values.optionalPath("serverAuthorities");
    String bundle = authorities == null ? SERVER_AUTHORITIES : "bundle.crt";
    ServiceFile service =
        new ServiceFile(
            values.text("service", entry.text("name")),
            host,
            to.number("port", 5432),
            values.text("database", ""),
            values.text("user", ""),
            values.checked("folder", preset.path(CERTIFICATE)),
            preset.path(KEY),
            authorities == null ? preset.path(SERVER_AUTHORITIES) : authorities);
    return preset
        .fixed(SERVICES, service.toText())
        .pem(svid, CERTIFICATE, KEY, bundle)
        .variable("PGSERVICEFILE", preset.path(SERVICES).toString())
        .variable("PGSERVICE", service.service())
        // with a Kerberos ticket at hand libpq would encrypt by that, whatever sslmode says
        .variable("PGGSSENCMODE", "disable")
        .plan("postgres");
  }
}
