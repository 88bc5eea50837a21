package io.mintmark.workload;

import org.jspecify.annotations.Nullable;

/**
 * What the record keeps of a piece of evidence: never the evidence itself.
 *
 * @param kind null where the bytes did not even show a kind
 * @param issuer the trust domain or issuer as claimed, at most 256 characters; null where none
 *     could be read
 * @param sha256 lower-case hex of the SHA-256 of the evidence as presented
 */
public record EvidenceSummary(
    @Nullable EvidenceKind kind, @Nullable String issuer, String sha256) {}
