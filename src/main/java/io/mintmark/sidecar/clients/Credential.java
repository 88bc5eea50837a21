package io.mintmark.sidecar.clients;

import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;
import java.util.List;

/** The credential of an entry, which must be of the kind that the client takes. */
final class Credential {
  private static final String NAME = "credential";

  private Credential() {}

  static Wanted token(Section entry, String client) {
    Wanted wanted = of(entry, client);
    if (wanted instanceof Wanted.X509Svid) {
      entry.error(NAME, client + " takes a token, which an X.509-SVID has not");
    }
    return wanted;
  }

  static Wanted svid(Section entry, String client) {
    Wanted wanted = of(entry, client);
    if (entry.has(NAME) && !(wanted instanceof Wanted.X509Svid)) {
      entry.error(NAME, client + " takes an X.509-SVID");
    }
    return wanted;
  }

  private static Wanted of(Section entry, String client) {
    if (entry.has(NAME)) {
      return entry.credential(NAME);
    }
    entry.error("", client + " needs \"" + NAME + "\"");
    return new Wanted.JwtSvid(List.of(), null);
  }
}
