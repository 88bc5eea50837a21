package io.mintmark.evidence;

import org.jspecify.annotations.Nullable;

/**
 * What attesting would come to, with no proof used up by it.
 *
 * @param attestation what becomes of the proof if it was not used before
 * @param singleUse whether it may be used once only
 * @param spent why it would be refused for that now; null where it would not
 * @param review what the platform said when it was asked, or what it means that it was not; null
 *     where it is none that can be asked
 */
public record Examination(
    Attestation attestation,
    boolean singleUse,
    Attestation.@Nullable Refused spent,
    @Nullable String review) {
  public Examination(
      Attestation attestation, boolean singleUse, Attestation.@Nullable Refused spent) {
    this(attestation, singleUse, spent, null);
  }
}
