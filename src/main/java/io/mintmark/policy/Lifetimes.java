package io.mintmark.policy;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What grants and resources say of how long a credential may live. */
final class Lifetimes {
  private Lifetimes() {}

  /** The longest that a grant gives; null where there is no grant. */
  static @Nullable Duration longest(Collection<? extends GrantRule<?>> grants) {
    Duration longest = null;
    for (GrantRule<?> rule : grants) {
      Duration given = rule.issue().lifetime();
      longest = longest == null || given.compareTo(longest) > 0 ? given : longest;
    }
    return longest;
  }

  /** The shortest of what was asked for, what each grant gives and what each resource allows. */
  static @Nullable Duration shortest(
      @Nullable Duration asked,
      Collection<? extends GrantRule<?>> grants,
      Collection<ResourceTerms> resources) {
    Duration shortest = asked;
    for (GrantRule<?> rule : grants) {
      shortest = shorter(shortest, rule.issue().lifetime());
    }
    for (ResourceTerms resource : resources) {
      Duration limit = resource.maxLifetime();
      if (limit != null && shortest != null) {
        shortest = shorter(shortest, limit);
      }
    }
    return shortest;
  }

  private static Duration shorter(@Nullable Duration a, Duration b) {
    return a == null || b.compareTo(a) < 0 ? b : a;
  }
}
