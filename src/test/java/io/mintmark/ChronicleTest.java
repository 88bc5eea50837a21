package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.api.admin.Act;
import io.mintmark.api.admin.KeyAdmin;
import io.mintmark.api.admin.Unrecorded;
import io.mintmark.keys.ChangeRecord;
import io.mintmark.keys.KeyEvent;
import io.mintmark.keys.KeyRing;
import io.mintmark.keys.TestRing;
import io.mintmark.ledger.Ledger;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.ledger.LedgerUnavailable;
import io.mintmark.ledger.RefusalSummary;
import io.mintmark.storage.memory.MemoryKeyStore;
import io.mintmark.workload.Reason;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who did what: the record of operators' calls and of the broker's own acts. */
final class ChronicleTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.9");
  private static final Act.Operator ADA =
      new Act.Operator(WorkloadId.parse("spiffe://prod.example.org/operators/ada"), "jti-1");
  private static final KeyAdmin.Command PREPARE =
      new KeyAdmin.Command("prepare", "access-token", null, "ES256", false);

  private final List<LedgerRecord> records = new ArrayList<>();
  private final TestRing test = new TestRing();
  private final InstantSource clock = test::now;
  private boolean full;

  private final Ledger ledger =
      entry -> {
        if (full) {
          return CompletableFuture.failedFuture(new LedgerUnavailable("the disk is full"));
        }
        records.add(entry);
        return CompletableFuture.completedFuture(records.size() - 1L);
      };
  private final Chronicle chronicle = new Chronicle(ledger, clock, new Random(1));

  @Test
  void aChangeOfKeysNamesTheOperatorWhoMadeIt() throws Exception {
    test.ring().recordedBy(chronicle);
    Act act = act(Act.Action.CHANGE_KEYS, ADA);
    assertThat(new RingAdmin(test.ring(), clock).run(PREPARE, act))
        .isInstanceOf(KeyAdmin.Done.class);
    LedgerRecord line = records.getLast();
    assertThat(line.outcome()).isEqualTo("admin");
    assertThat(line.action()).isEqualTo("keys-change");
    assertThat(line.workload()).isEqualTo(ADA.id().uri());
    assertThat(line.serial()).isEqualTo("jti-1");
    assertThat(line.source()).isEqualTo("192.0.2.9");
    assertThat(line.decisionId()).isEqualTo(act.decisionId());
    assertThat(line.detail()).contains("access-token key", "(ES256) prepared");
  }

  @Test
  void theLogSaysOfTheFirstKeysInOneLineAndOfLaterChangesInOneEach() throws Exception {
    List<List<KeyEvent>> changes = new ArrayList<>();
    KeyRing ring =
        KeyRing.open(test.settings, new MemoryKeyStore(), Set.of(), System::nanoTime, test.now());
    ring.recordedBy(remembering(changes));
    new RingAdmin(ring, clock).run(PREPARE, act(Act.Action.CHANGE_KEYS, ADA));
    assertThat(changes).hasSize(2);
    assertThat(Chronicle.lines(changes.getFirst()))
        .singleElement()
        .asString()
        .startsWith("keys made and in use: access-token (ES256), ")
        .contains("jwt-svid (ES256)", "x509-authority (ES256)", "checkpoint (EdDSA)");
    assertThat(Chronicle.lines(changes.getLast()))
        .singleElement()
        .asString()
        .matches("access-token key \".+\" \\(ES256\\) prepared");
  }

  private static ChangeRecord remembering(List<List<KeyEvent>> changes) {
    return new ChangeRecord() {
      @Override
      public void keep(List<KeyEvent> change) {
        changes.add(change);
      }

      @Override
      public void notMade(List<KeyEvent> change) {}
    };
  }

  @Test
  void aChangeBySchedulesNamesNobodyEvenAfterAnOperators() throws Exception {
    test.ring().recordedBy(chronicle);
    new RingAdmin(test.ring(), clock).run(PREPARE, act(Act.Action.CHANGE_KEYS, ADA));
    test.live(test.settings.lifetime().multipliedBy(2));
    assertThat(records.subList(1, records.size()))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line.workload()).isNull())
        .allSatisfy(line -> assertThat(line.action()).isEqualTo("keys-change"));
  }

  @Test
  void aChangeOfKeysThatCannotBeRecordedDoesNotHappen() throws Exception {
    test.ring().recordedBy(chronicle);
    int before = test.ring().views(test.now()).size();
    full = true;
    Act act = act(Act.Action.CHANGE_KEYS, ADA);
    assertThatThrownBy(() -> new RingAdmin(test.ring(), clock).run(PREPARE, act))
        .isInstanceOf(Unrecorded.class);
    assertThat(test.ring().views(test.now())).hasSize(before);
  }

  @Test
  void strangersWhoGuessAreSummedAndBuryNoOperatorsRefusal() throws Exception {
    try (RefusalSummary summary = new RefusalSummary(ledger, 5, clock)) {
      Chronicle summed = new Chronicle(summary, clock, new Random(1));
      for (int i = 0; i < 1000; i++) {
        summed.refused(act(Act.Action.READ_KEYS, null), Reason.EVIDENCE_SIGNATURE, "no");
      }
      summed.refused(act(Act.Action.CHANGE_KEYS, ADA), Reason.SCOPE_NOT_GRANTED, "too narrow");
      summed.notMade(List.<KeyEvent>of());
    }
    assertThat(records).extracting(LedgerRecord::outcome).endsWith("denied", "failed", "summary");
    assertThat(records).hasSize(8);
    assertThat(records.getLast().count()).isEqualTo(995);
    assertThat(records.getLast().detail()).contains("192.0.2.9=995");
  }

  @Test
  void anOperatorWhoAsksTooOftenIsSummedToo() throws Exception {
    try (RefusalSummary summary = new RefusalSummary(ledger, 5, clock)) {
      Chronicle summed = new Chronicle(summary, clock, new Random(1));
      for (int i = 0; i < 100; i++) {
        summed.refused(act(Act.Action.READ_KEYS, ADA), Reason.RATE_LIMITED, "too often");
      }
    }
    assertThat(records).hasSize(6);
  }

  @Test
  void nothingIsAnsweredThatIsNotOnTheRecord() {
    full = true;
    Act act = act(Act.Action.READ_KEYS, ADA);
    assertThatThrownBy(() -> chronicle.done(act, "read")).isInstanceOf(Unrecorded.class);
    assertThatThrownBy(() -> chronicle.refused(act, Reason.EVIDENCE_EXPIRED, "no"))
        .isInstanceOf(Unrecorded.class);
    assertThatThrownBy(() -> chronicle.policyChanges("v")).isInstanceOf(Unrecorded.class);
  }

  private Act act(Act.Action action, Act.Operator operator) {
    Act begun = chronicle.begin(action, HERE, null);
    return new Act(begun.decisionId(), action, operator, HERE, null);
  }
}
