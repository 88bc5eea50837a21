package io.mintmark.evidence.oidc;

import io.mintmark.evidence.ClaimValues;
import io.mintmark.evidence.Platform;
import io.mintmark.jose.Claims;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.EvidenceKind;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Tokens of any OpenID issuer: {@code {claim:NAME}} stands for a claim that is one value. */
public final class Oidc implements Platform {
  private static final String CLAIM = "claim:";

  @Override
  public EvidenceKind kind() {
    return EvidenceKind.OIDC;
  }

  @Override
  public Set<String> placeholders() {
    return Set.of("claim:NAME");
  }

  @Override
  public boolean hasPlaceholder(String name) {
    return name.startsWith(CLAIM)
        && name.length() > CLAIM.length()
        && !name.equals(CLAIM + "aud")
        && name.indexOf('{') < 0;
  }

  @Override
  public Reading read(Claims claims, Set<String> pinned) throws MalformedJose {
    String subject = claims.requiredString("sub");
    Map<String, Object> attributes = new HashMap<>(ClaimValues.unregistered(claims.object()));
    attributes.put("sub", subject);
    return new Facts(
        attributes,
        placeholder ->
            ClaimValues.text(claims.object().path(placeholder.substring(CLAIM.length()))));
  }
}
