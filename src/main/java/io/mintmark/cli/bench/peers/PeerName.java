package io.mintmark.cli.bench.peers;

import io.mintmark.cli.bench.load.What;
import java.util.Locale;

/** A system that is measured beside the broker. */
public enum PeerName {
  SPIRE(
      true,
      "verifies no proof (who may open its socket is believed), decides nothing, records nothing"),
  OPENBAO(
      true,
      "syncs no record; one exchange is two calls; its pki/sign is asked with a token, not a"
          + " proof"),
  KEYCLOAK(false, "keeps no record that is synced or proves itself whole; issues no certificates");

  private final boolean certificates;
  private final String lacks;

  PeerName(boolean certificates, String lacks) {
    this.certificates = certificates;
    this.lacks = lacks;
  }

  /** What it does of what the broker does. */
  public boolean does(What what) {
    return switch (what) {
      case TOKEN, JWT_SVID -> true;
      case CERTIFICATE -> certificates;
    };
  }

  /** What it does not do for it, though the broker does. */
  public String lacks() {
    return lacks;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
