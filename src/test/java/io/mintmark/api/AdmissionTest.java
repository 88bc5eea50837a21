package io.mintmark.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.exchange.Outcome;
import io.mintmark.workload.Reason;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress THERE = InetAddress.ofLiteral("192.0.2.2");
  private static final Outcome BAD_PROOF = new Outcome.Refused("1", Reason.EVIDENCE_SIGNATURE);

  private final AtomicLong nanos = new AtomicLong();
  private final List<Shed> turnedAway = new ArrayList<>();
  private final Admission admission =
      new Admission(3, new TokenBuckets<>(1, 2, 1_000, nanos::get), turnedAway::add);

  @Test
  void whatIsOneTooManyIsRefusedAtOnceAndLetInWhenAnotherIsDone() throws Refusal {
    Admission.Pass first = admission.enter(HERE);
    admission.enter(HERE);
    admission.enter(THERE);
    assertThatThrownBy(() -> admission.enter(THERE))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Reason.OVERLOADED));
    first.close();
    first.close();
    assertThat(admission.inside()).isEqualTo(2);
    admission.enter(THERE).close();
    assertThat(turnedAway).containsExactly(Shed.CONCURRENT);
  }

  @Test
  void anAddressWhoseProofsFailIsStoppedBeforeTheNextIsVerifiedAndComesBackInTime() throws Refusal {
    fail(HERE);
    fail(HERE);
    assertThatThrownBy(() -> admission.enter(HERE))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Reason.RATE_LIMITED));
    admission.enter(THERE).close();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    admission.enter(HERE).close();
  }

  /** Else each token would buy as many verifications as there are connections. */
  @Test
  void badProofsThatComeAtOnceAreAllPaidFor() throws Refusal {
    List<Admission.Pass> together =
        List.of(admission.enter(HERE), admission.enter(HERE), admission.enter(HERE));
    for (Admission.Pass pass : together) {
      pass.charge(BAD_PROOF);
      pass.close();
    }
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThatThrownBy(() -> admission.enter(HERE)).isInstanceOf(Refusal.class);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    admission.enter(HERE).close();
  }

  @Test
  void whoeverHasAnAddressHasItsWholeSlash64() throws Refusal {
    fail(InetAddress.ofLiteral("2001:db8::1"));
    fail(InetAddress.ofLiteral("2001:db8::2"));
    assertThatThrownBy(() -> admission.enter(InetAddress.ofLiteral("2001:db8::3")))
        .isInstanceOf(Refusal.class);
    admission.enter(InetAddress.ofLiteral("2001:db8:0:1::1")).close();
  }

  @Test
  void neitherSuccessNorDenialNorOurOwnFaultsCostAnything() throws Refusal {
    for (int i = 0; i < 10; i++) {
      for (Outcome outcome :
          List.of(
              new Outcome.Denied("1", Reason.NO_GRANT),
              new Outcome.Refused("1", Reason.LEDGER_UNAVAILABLE),
              new Outcome.Refused("1", Reason.KEYS_UNAVAILABLE),
              new Outcome.Refused("1", Reason.RATE_LIMITED))) {
        Admission.Pass pass = admission.enter(HERE);
        pass.charge(outcome);
        pass.close();
      }
    }
    assertThat(turnedAway).isEmpty();
  }

  @Test
  void bucketsFillUpToTheirCapacityOnly() {
    TokenBuckets<String> buckets = new TokenBuckets<>(10, 3, 100, nanos::get);
    nanos.addAndGet(Duration.ofDays(1).toNanos());
    assertThat(buckets.take("a")).isTrue();
    assertThat(buckets.take("a")).isTrue();
    assertThat(buckets.take("a")).isTrue();
    assertThat(buckets.take("a")).isFalse();
    assertThat(buckets.take("b")).isTrue();
    nanos.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(buckets.take("a")).isTrue();
    assertThat(buckets.take("a")).isFalse();
  }

  @Test
  void aClockThatRunsBackwardsGivesNothing() {
    TokenBuckets<String> buckets = new TokenBuckets<>(10, 1, 100, nanos::get);
    assertThat(buckets.take("a")).isTrue();
    nanos.addAndGet(-Duration.ofDays(1).toNanos());
    assertThat(buckets.take("a")).isFalse();
  }

  private void fail(InetAddress source) throws Refusal {
    Admission.Pass pass = admission.enter(source);
    pass.charge(BAD_PROOF);
    pass.close();
  }
}
