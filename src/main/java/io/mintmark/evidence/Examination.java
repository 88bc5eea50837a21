package io.mintmark.evidence;

import org.jspecify.annotations.Nullable;

/**
 * What attesting would come to, with no proof used up by it.
 *
 * @param attestation what becomes of the proof if it was not used before
 * @param singleUse whether it may be used once only
 * @param spent why it would be refused for that now; null where it would not
 */
public record Examination(
    Attestation attestation, boolean singleUse, Attestation.@Nullable Refused spent) {}
