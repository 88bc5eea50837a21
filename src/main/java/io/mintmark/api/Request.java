package io.mintmark.api;

import io.mintmark.evidence.Evidence;
import io.mintmark.exchange.Expected;
import io.mintmark.workload.Ask;
import io.mintmark.workload.Delegation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request for a credential, parsed once at whichever edge it came in by: nothing after it looks
 * at the raw one.
 *
 * @param lifetime the lifetime asked for; null means as long as is granted
 */
public record Request(
    Evidence evidence,
    Expected expected,
    Presentation presentation,
    Ask.Wanted wanted,
    @Nullable Duration lifetime) {
  /** What is asked of the policy; nothing proves a delegation yet, so none is claimed. */
  public Ask ask(Caller caller) {
    return new Ask(wanted, lifetime, Delegation.NONE, caller.source(), caller.traceparent());
  }
}
