package io.mintmark.sidecar.broker;

import io.mintmark.sidecar.proof.Proof;
import io.mintmark.wire.v1.Evidence;
import io.mintmark.wire.v1.MutualTls;
import io.mintmark.wire.v1.PlatformToken;

/** Proof as the broker's messages carry it. */
final class Presented {
  private Presented() {}

  static Evidence evidence(Proof proof) {
    return switch (proof) {
      case Proof.JwtSvid(String token) -> Evidence.newBuilder().setJwtSvid(token).build();
      case Proof.PlatformToken(String kind, String token) ->
          Evidence.newBuilder()
              .setPlatformToken(PlatformToken.newBuilder().setToken(token).setKind(kind))
              .build();
      case Proof.X509Svid _ ->
          Evidence.newBuilder().setX509Svid(MutualTls.getDefaultInstance()).build();
    };
  }
}
