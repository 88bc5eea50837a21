package io.mintmark.sidecar.delivery;

import java.util.concurrent.Executor;

/**
 * The workers that name look-ups may have, of all deliveries together: a name server that does not
 * answer keeps each for long, and files and hooks need workers too.
 *
 * @param configured for names that the configuration gives
 * @param callers for names that callers give
 */
public record NameLookups(Executor configured, Executor callers) {
  private static final int CONFIGURED = 3;
  private static final int CALLERS = 2;

  /** A share of these workers. */
  public static NameLookups on(Executor workers) {
    return new NameLookups(new FewAtOnce(workers, CONFIGURED), new FewAtOnce(workers, CALLERS));
  }
}
