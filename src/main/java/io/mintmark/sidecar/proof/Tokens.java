package io.mintmark.sidecar.proof;

import io.mintmark.sidecar.plan.ProofPlan;
import java.util.Locale;

/** Turns what a source gave into proof. */
final class Tokens {
  static final int MAX_BYTES = 64 * 1024;

  private Tokens() {}

  /** A compact JWT with white space around it; anything else is refused before it is sent. */
  static Proof proof(ProofPlan.TokenKind kind, String text) throws ProofUnavailable {
    String token = text.strip();
    if (token.isEmpty()) {
      throw new ProofUnavailable("it is empty");
    }
    if (token.length() > MAX_BYTES) {
      throw new ProofUnavailable("its token is larger than 64 KiB");
    }
    if (!token.chars().allMatch(Tokens::isCompact)
        || token.chars().filter(c -> c == '.').count() != 2) {
      throw new ProofUnavailable("what it holds is not a compact JWT");
    }
    return kind == ProofPlan.TokenKind.JWT_SVID
        ? new Proof.JwtSvid(token)
        : new Proof.PlatformToken(kind.name().toLowerCase(Locale.ROOT), token);
  }

  private static boolean isCompact(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }
}
