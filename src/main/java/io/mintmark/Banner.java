package io.mintmark;

import io.mintmark.jose.Crypto;
import org.jboss.logging.Logger;

/** What the log begins with: everything that an operator would ask first. */
final class Banner {
  private static final Logger LOG = Logger.getLogger("mintmark");

  private Banner() {}

  static void print(Service service) {
    Setup setup = service.setup();
    Listen http = setup.http();
    LOG.infof(
        "listening on https://%s%s, management on http://%s",
        setup.https(), http == null ? "" : " and http://" + http, setup.management());
    LOG.infof(
        "issuer %s, trust domain %s, data \"%s\", policy \"%s\" version %s",
        setup.issuer(),
        setup.trustDomain(),
        setup.data(),
        setup.policy(),
        service.broker().policy().version());
    LOG.infof(
        "crypto by %s, ledger %s with %d records",
        Crypto.providerName(),
        service.broker().journal().origin(),
        service.broker().journal().size());
    if (setup.dev()) {
      LOG.warn("--dev: throw-away authorities are believed and operators' calls need no token");
    }
    if (http != null && !setup.dev()) {
      LOG.warnf("plain HTTP on %s: only a proxy that ends TLS may reach it", http);
    }
  }
}
