package io.mintmark.sidecar.held;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The credentials of this workload, kept fresh. One that has expired is never handed out; one that
 * cannot be renewed serves until it expires.
 */
public interface Credentials {
  /**
   * What is held now, or why nothing is. Whoever asks for what nobody wanted before makes it
   * wanted: {@link State.Pending} until the first answer.
   */
  State current(Wanted wanted);

  /**
   * Completes with what is held, or as soon as the first answer is there; never later than the
   * broker's time limit, and never exceptionally.
   */
  CompletionStage<State> soon(Wanted wanted);

  /**
   * Completes with a credential that is newer than the given one, which its resource refused; at
   * most one such request is on its way, and they are limited in rate, so that a resource that
   * refuses everything makes no storm at the broker.
   */
  CompletionStage<State> newerThan(Wanted wanted, Held refused);

  /**
   * Calls the listener with what is held now, if anything, and at each renewal and each loss, one
   * call at a time, until closed.
   */
  Watch watch(Wanted wanted, Consumer<State> listener);

  /** What is known of a wanted credential. */
  sealed interface State {
    /** It can be used. */
    record Ready(Held held) implements State {}

    /** Nothing is there yet, and nothing went wrong yet. */
    record Pending() implements State {}

    /**
     * There is none that can be used.
     *
     * @param reason the broker's or our own, in kebab case
     * @param message one sentence without any secret
     */
    record Unavailable(String reason, String message) implements State {}
  }

  /** Something that is watched until it is closed. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
