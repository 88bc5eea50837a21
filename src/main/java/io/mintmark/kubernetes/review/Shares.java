package io.mintmark.kubernetes.review;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What one service account may take of all questions: an eighth. Whoever may make tokens for one
 * account has as many as it likes, each of them a new question.
 */
final class Shares {
  private static final int PARTS = 8;

  private final int calls;
  private final int waiting;
  private final Map<Account, Share> taken = new HashMap<>();

  private record Account(@Nullable Object namespace, @Nullable Object name) {}

  /** One account's questions, as long as there are any. */
  static final class Share {
    /** Those of them that are with the API server. */
    final Semaphore calls;

    private final Account account;
    private int questions;

    private Share(Account account, int calls) {
      this.account = account;
      this.calls = new Semaphore(calls);
    }
  }

  Shares(ClusterReviewer.Limits limits) {
    this.calls = Math.max(1, limits.calls() / PARTS);
    this.waiting = Math.max(1, limits.waiting() / PARTS);
  }

  /**
   * Counts one more question; null where the account has its share already.
   *
   * @param facts of a token whose signature holds
   */
  synchronized @Nullable Share take(Map<String, Object> facts) {
    Account account = new Account(facts.get("namespace"), facts.get("serviceaccount"));
    Share share = taken.computeIfAbsent(account, one -> new Share(one, calls));
    if (share.questions == waiting) {
      return null;
    }
    share.questions++;
    return share;
  }

  synchronized void giveBack(Share share) {
    share.questions--;
    if (share.questions == 0) {
      taken.remove(share.account);
    }
  }
}
