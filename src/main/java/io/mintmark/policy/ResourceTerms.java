package io.mintmark.policy;

import io.mintmark.workload.Scope;
import io.mintmark.workload.SignatureAlgorithm;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A resource and the terms of its owner. */
record ResourceTerms(
    String name,
    String owner,
    String audience,
    Set<Scope> scopes,
    @Nullable String environment,
    @Nullable String classification,
    @Nullable Duration maxLifetime,
    Binding binding,
    @Nullable SignatureAlgorithm signing) {
  ResourceTerms {
    scopes = Set.copyOf(scopes);
  }
}
