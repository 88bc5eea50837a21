package io.mintmark.cli.policy;

import io.mintmark.documents.DocumentSet;
import io.mintmark.evidence.BundleOrigin;
import io.mintmark.evidence.JwksOrigin;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.KeySources;
import io.mintmark.evidence.NoKeys;
import io.mintmark.evidence.ReplayGuard;
import io.mintmark.evidence.kubernetes.Kubernetes;
import io.mintmark.evidence.oidc.GitHub;
import io.mintmark.evidence.oidc.GitLab;
import io.mintmark.evidence.oidc.Oidc;
import io.mintmark.evidence.trust.TrustCompilation;
import io.mintmark.evidence.trust.TrustCompiler;
import io.mintmark.evidence.trust.TrustContext;
import io.mintmark.evidence.trust.TrustSources;
import io.mintmark.jose.JwkSet;
import io.mintmark.policy.PolicyContext;
import io.mintmark.spiffe.Bundle;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Compiles TrustDomain and Issuer documents as the broker does, but fetches nothing. */
public final class TrustCheck {
  private TrustCheck() {}

  public static TrustCompilation compile(DocumentSet documents, PolicyContext context) {
    InstantSource clock = InstantSource.system();
    try (TrustSources sources = new TrustSources(new NoSources())) {
      return TrustCompiler.compile(
          documents,
          new TrustContext(
              context.trustDomain(),
              context.issuer(),
              () -> new Bundle(context.trustDomain(), List.of(), List.of(), null, null),
              sources,
              new NoGuard(clock.instant()),
              clock,
              List.of(new Kubernetes(), new GitHub(), new GitLab(), new Oidc())));
    }
  }

  /** Sources that never have keys: a check believes nobody. */
  private static final class NoSources implements KeySources {
    @Override
    public KeySource<Bundle> bundles(BundleOrigin origin) {
      return new NoKeys<>();
    }

    @Override
    public KeySource<JwkSet> keys(JwksOrigin origin) {
      return new NoKeys<>();
    }
  }

  private record NoGuard(Instant since) implements ReplayGuard {
    @Override
    public Claim claim(String issuer, String proofId, Instant expiresAt, Instant now) {
      return Claim.FULL;
    }

    @Override
    public Claim peek(String issuer, String proofId, Instant now) {
      return Claim.FULL;
    }
  }
}
