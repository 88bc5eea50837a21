package io.mintmark;

import io.mintmark.api.admin.Act;
import io.mintmark.api.admin.Acts;
import io.mintmark.api.admin.Unrecorded;
import io.mintmark.documents.Problem;
import io.mintmark.keys.ChangeRecord;
import io.mintmark.keys.KeyEvent;
import io.mintmark.keys.KeyView;
import io.mintmark.ledger.Ledger;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.ledger.LedgerUnavailable;
import io.mintmark.workload.Reason;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Puts on the record what is no exchange: operators' calls, changes of the keys and of the policy,
 * starts. What changes something is recorded before it is done, and not done where it cannot be.
 */
final class Chronicle implements Acts, ChangeRecord {
  private static final Logger LOG = Logger.getLogger(Chronicle.class);
  private static final String DONE = "admin";
  private static final String REFUSED = "refused";
  private static final String KEYS = Act.Action.CHANGE_KEYS.word();
  private static final String POLICY = "policy-change";
  private static final int MAX_PROBLEMS = 20;

  /** The operators' call that the thread is in; unbound where the broker acts by itself. */
  private static final ScopedValue<Act> CURRENT = ScopedValue.newInstance();

  private final Ledger ledger;
  private final InstantSource clock;
  private final RandomGenerator random;

  /**
   * @param ledger sums refusals above a rate
   */
  Chronicle(Ledger ledger, InstantSource clock, RandomGenerator random) {
    this.ledger = ledger;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public Act begin(Act.Action action, InetAddress source, @Nullable String traceparent) {
    return new Act(id(), action, null, source, traceparent);
  }

  @Override
  public void done(Act act, String detail) throws Unrecorded {
    kept(line(DONE, act.action().word(), null, detail, act, null));
  }

  @Override
  public void refused(Act act, Reason reason, String detail) throws Unrecorded {
    // what somebody known tried is kept one by one: strangers' refusals must not bury it in a sum
    String outcome = act.operator() == null || reason == Reason.RATE_LIMITED ? REFUSED : "denied";
    kept(line(outcome, act.action().word(), reason, detail, act, null));
  }

  /** Runs an operator's command on the keys, so that what it changes is recorded as his. */
  static <T, E extends Exception> T asked(Act act, ScopedValue.CallableOp<T, E> command) throws E {
    return ScopedValue.where(CURRENT, act).call(command);
  }

  @Override
  public void keep(List<KeyEvent> change) throws Unrecorded {
    String detail = sentence(change);
    lines(change).forEach(LOG::info);
    kept(line(DONE, KEYS, null, detail, current(), null));
  }

  /** What the log says of a change; the keys that sign as soon as they are made are one line. */
  static List<String> lines(List<KeyEvent> change) {
    Set<String> made = ids(change, KeyEvent.Step.PREPARED);
    made.retainAll(ids(change, KeyEvent.Step.ACTIVATED));
    List<String> uses = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (KeyEvent event : change) {
      KeyView key = event.key();
      if (!made.contains(key.id())) {
        lines.add(event.toString());
      } else if (event.step() == KeyEvent.Step.ACTIVATED) {
        uses.add(key.use() + " (" + key.algorithm().word() + ")");
      }
    }
    if (!uses.isEmpty()) {
      lines.add("keys made and in use: " + String.join(", ", uses));
    }
    return lines;
  }

  private static Set<String> ids(List<KeyEvent> change, KeyEvent.Step step) {
    return change.stream()
        .filter(event -> event.step() == step)
        .map(event -> event.key().id())
        .collect(Collectors.toSet());
  }

  @Override
  public void notMade(List<KeyEvent> change) {
    String detail = "not made, since the key store could not be written: " + sentence(change);
    tried(line("failed", KEYS, Reason.DEPENDENCY_UNAVAILABLE, detail, current(), null));
  }

  void started(String policyVersion) {
    tried(line("started", null, null, "the broker started", null, policyVersion));
  }

  /** Records a policy that is about to be in force. */
  void policyChanges(String version) throws Unrecorded {
    kept(line(DONE, POLICY, null, "the documents in the folder are in force", null, version));
  }

  /**
   * Records why newer documents are not in force.
   *
   * @param version the policy that stays
   */
  void policyStays(String version, List<Problem> problems) {
    String detail =
        problems.stream()
            .limit(MAX_PROBLEMS)
            .map(Problem::toString)
            .collect(Collectors.joining("; "));
    tried(line(REFUSED, POLICY, Reason.REQUEST_MALFORMED, detail, null, version));
  }

  private void kept(LedgerRecord line) throws Unrecorded {
    try {
      ledger.append(line).toCompletableFuture().join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof LedgerUnavailable unavailable) {
        throw new Unrecorded(String.valueOf(unavailable.getMessage()));
      }
      throw failed;
    }
  }

  /** For what has happened already: the log has it where the ledger has not. */
  private void tried(LedgerRecord line) {
    CompletionStage<Long> appended = ledger.append(line);
    appended.whenComplete(
        (sequence, failure) -> {
          if (failure != null) {
            LOG.errorf("not on the record: %s (%s)", line.detail(), failure.getMessage());
          }
        });
  }

  /**
   * @param act null where the broker acts by itself
   */
  private LedgerRecord line(
      String outcome,
      @Nullable String action,
      @Nullable Reason reason,
      String detail,
      @Nullable Act act,
      @Nullable String policyVersion) {
    Act.Operator operator = act == null ? null : act.operator();
    return new LedgerRecord(
        clock.instant(),
        outcome,
        reason == null ? null : reason.word(),
        detail,
        act == null ? id() : act.decisionId(),
        operator == null ? null : operator.id().uri(),
        null,
        null,
        null,
        List.of(),
        null,
        operator == null ? null : operator.token(),
        null,
        List.of(),
        policyVersion,
        List.of(),
        act == null ? null : act.source().getHostAddress(),
        act == null ? null : act.traceparent(),
        null,
        action);
  }

  private static @Nullable Act current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  private String id() {
    byte[] id = new byte[12];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  private static String sentence(List<KeyEvent> change) {
    return change.stream().map(KeyEvent::toString).collect(Collectors.joining("; "));
  }
}
