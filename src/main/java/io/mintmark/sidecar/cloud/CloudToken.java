package io.mintmark.sidecar.cloud;

import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;

/** The token that a cloud is shown: one, for one audience. */
final class CloudToken {
  private CloudToken() {}

  /** The entry's credential; what no cloud takes is said at its place. */
  static Wanted of(Section entry) {
    if (!entry.has("credential")) {
      entry.error("", "a cloud is shown a token: name its \"credential\"");
      return new Wanted.JwtSvid(java.util.List.of(), null);
    }
    Wanted wanted = entry.credential("credential");
    switch (wanted) {
      case Wanted.X509Svid _ ->
          entry.error("credential", "a cloud takes no X.509-SVID, but an access token or JWT-SVID");
      case Wanted.JwtSvid(var audiences, _) -> {
        if (audiences.size() > 1) {
          entry.error("credential", "a cloud takes a token for one audience only");
        }
      }
      case Wanted.AccessToken _ -> {}
    }
    return wanted;
  }

  /** What its {@code aud} will be; empty where that is wrong. */
  static String audience(Wanted token) {
    return switch (token) {
      case Wanted.AccessToken access -> access.resource();
      case Wanted.JwtSvid svid -> svid.audiences().isEmpty() ? "" : svid.audiences().getFirst();
      case Wanted.X509Svid _ -> "";
    };
  }
}
