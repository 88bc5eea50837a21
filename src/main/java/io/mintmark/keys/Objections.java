package io.mintmark.keys;

import io.mintmark.workload.SignatureAlgorithm;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why an operator's command is not carried out; null where nothing speaks against it. */
final class Objections {
  private Objections() {}

  static @Nullable String toPreparing(
      Slot slot, KeySettings settings, Set<SignatureAlgorithm> tokenAlgorithms, Turn turn) {
    String objection =
        switch (slot.use()) {
          case CHECKPOINT -> "the checkpoint key belongs to the ledger's origin and is not rotated";
          case ACCESS_TOKEN ->
              tokenAlgorithms.contains(slot.algorithm())
                  ? null
                  : "no setting and no resource asks for access tokens signed with "
                      + slot.algorithm().word();
          case JWT_SVID ->
              slot.algorithm() == settings.jwtSvid()
                  ? null
                  : "JWT-SVIDs are set to be signed with " + settings.jwtSvid().word();
          case X509_AUTHORITY -> toPreparingAuthority(slot, settings.authority());
        };
    if (objection != null) {
      return objection;
    }
    return turn.in(slot, KeyState.PREPARED)
        .map(
            key ->
                "%s key \"%s\" is prepared already: activate or revoke it first"
                    .formatted(key.use(), key.id()))
        .orElse(null);
  }

  private static @Nullable String toPreparingAuthority(
      Slot slot, KeySettings.AuthoritySource source) {
    return switch (source) {
      case KeySettings.OwnRoot(SignatureAlgorithm algorithm) ->
          slot.algorithm() == algorithm
              ? null
              : "the X.509 authority is set to sign with " + algorithm.word();
      case KeySettings.Intermediate files ->
          "the X.509 authority comes from files: replace the files";
    };
  }

  static @Nullable String toActivating(
      KeptKey key, KeySettings settings, boolean clockTrusted, boolean force, Instant now) {
    if (key.state() != KeyState.PREPARED) {
      return "%s key \"%s\" is %s: only a prepared key can be activated"
          .formatted(key.use(), key.id(), key.state());
    }
    Instant ready = key.publishedAt().plus(settings.prepareLead());
    if (!force && (!clockTrusted || now.isBefore(ready))) {
      return ("%s key \"%s\" has not been published for %s: wait, or force it and have verifiers"
              + " refuse its credentials until they fetch it")
          .formatted(key.use(), key.id(), settings.prepareLead());
    }
    return null;
  }

  static @Nullable String toRevoking(KeptKey key) {
    return switch (key.state()) {
      case ACTIVE ->
          "%s key \"%s\" is the only active one of its kind: prepare and activate another first"
              .formatted(key.use(), key.id());
      case PREPARED ->
          key.external() ? "the X.509 authority comes from files: replace the files" : null;
      case RETIRING -> null;
    };
  }

  static KeyCommand unknown(KeyUse use, String id) {
    String shown = id.replaceAll("[^A-Za-z0-9_-]", "?");
    return new KeyCommand.Refused(
        "there is no %s key \"%s\""
            .formatted(use, shown.length() > 64 ? shown.substring(0, 64) : shown));
  }
}
