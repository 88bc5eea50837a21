package io.mintmark.spiffe;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.workload.Reason;

/** What a check of an SVID came to. */
final class Verdicts {
  private Verdicts() {}

  static void assertHolds(SvidCheck check) {
    assertThat(check).isInstanceOf(SvidCheck.Valid.class);
  }

  static void assertReason(SvidCheck check, Reason reason) {
    assertThat(check)
        .isInstanceOfSatisfying(
            SvidCheck.Invalid.class, invalid -> assertThat(invalid.reason()).isEqualTo(reason));
  }
}
