package io.mintmark.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.mintmark.documents.Documents;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Attestor;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.Examination;
import io.mintmark.exchange.Exchange;
import io.mintmark.exchange.SilentObserver;
import io.mintmark.exchange.World;
import io.mintmark.exchange.Worlds;
import io.mintmark.keys.KeysUnavailable;
import io.mintmark.ledger.Ledger;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.policy.Compilation;
import io.mintmark.policy.Policy;
import io.mintmark.policy.PolicyContext;
import io.mintmark.workload.Reason;
import io.mintmark.workload.TrustDomain;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class IntakeTest {
  private static final Caller CALLER = new Caller(InetAddress.ofLiteral("192.0.2.1"), null, null);

  private final AtomicInteger read = new AtomicInteger();

  /** A certificate request with an RSA key of 8192 bits is dear to check, and free to send. */
  @Test
  void nothingIsReadForAnAddressThatIsTurnedAway() throws Exception {
    Admission admission = new Admission(10, new TokenBuckets<>(1, 1, 10, () -> 0L), reason -> {});
    Intake intake = new Intake(exchange(), admission);
    assertThat(declined(intake)).isEqualTo(Reason.CSR_MALFORMED);
    assertThat(declined(intake)).isEqualTo(Reason.RATE_LIMITED);
    assertThat(read).hasValue(1);
    assertThat(admission.inside()).isZero();
  }

  @Test
  void aFailureWhileReadingLeavesNobodyInside() {
    Admission admission = new Admission(1, null, reason -> {});
    Intake intake = new Intake(exchange(), admission);
    assertThat(
            catchThrowable(
                () ->
                    intake.exchange(
                        CALLER,
                        () -> {
                          throw new IllegalStateException("a bug");
                        })))
        .isInstanceOf(IllegalStateException.class);
    assertThat(admission.inside()).isZero();
  }

  private Reason declined(Intake intake) throws Exception {
    Answer answer =
        intake
            .exchange(
                CALLER,
                () -> {
                  read.incrementAndGet();
                  throw new Refusal(Presentation.CLIENT, Reason.CSR_MALFORMED, "no CSR");
                })
            .toCompletableFuture()
            .get();
    assertThat(answer).isInstanceOf(Answer.Declined.class);
    return ((Answer.Declined) answer).reason();
  }

  private static Exchange exchange() {
    return new Exchange(
        new Worlds(new World(new NoAttestor(), emptyPolicy())),
        (grant, now) -> {
          throw new KeysUnavailable("none");
        },
        new KeepingLedger(),
        id -> true,
        new SilentObserver(),
        InstantSource.system(),
        new SplittableRandom(1),
        Runnable::run);
  }

  private static Policy emptyPolicy() {
    try {
      return ((Compilation.Compiled)
              Policy.compile(
                  Documents.parse("empty.yaml", "", Map.of()).load(),
                  new PolicyContext(new TrustDomain("example.org"), "https://broker.example.org")))
          .policy();
    } catch (io.mintmark.documents.DocumentErrors impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static final class NoAttestor implements Attestor {
    @Override
    public Examination examine(Evidence evidence, Instant now) {
      return new Examination(attest(evidence, now), false, null);
    }

    @Override
    public boolean mayWait(Evidence evidence) {
      return false;
    }

    @Override
    public Attestation attest(Evidence evidence, Instant now) {
      throw new IllegalStateException("nothing is attested here");
    }
  }

  private static final class KeepingLedger implements Ledger {
    @Override
    public CompletionStage<Long> append(LedgerRecord entry) {
      return CompletableFuture.completedFuture(0L);
    }

    @Override
    public CompletionStage<Long> append(LedgerRecord entry, Executor completesOn) {
      return append(entry);
    }
  }
}
