package io.mintmark.api.oauth;

import io.mintmark.api.Presentation;
import io.mintmark.api.Refusal;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a credential is asked for: one target (RFC 8707) and scopes (RFC 6749 section 3.3). */
public final class Targets {
  private static final int MAX_TARGET = 2048;
  private static final int MAX_SCOPES = 64;

  private Targets() {}

  /** The one target that is named. */
  static String one(@Nullable String resource, @Nullable String audience) throws Refusal {
    if (resource != null && audience != null) {
      throw Refusal.malformed("resource and audience are both there: name one target");
    }
    String target = resource != null ? resource : audience;
    if (target == null) {
      throw new Refusal(
          Presentation.CLIENT, Reason.RESOURCE_UNKNOWN, "no resource and no audience is named");
    }
    return bounded(target);
  }

  public static String bounded(String target) throws Refusal {
    if (target.isEmpty() || target.length() > MAX_TARGET) {
      throw Refusal.malformed("a target has 1 to 2048 characters");
    }
    return target;
  }

  /** Scopes parted by single spaces; none where the parameter is absent. */
  static Set<Scope> scopes(@Nullable String parameter) throws Refusal {
    return parameter == null ? Set.of() : scopes(List.of(parameter.split(" ", -1)));
  }

  public static Set<Scope> scopes(Collection<String> words) throws Refusal {
    if (words.size() > MAX_SCOPES) {
      throw Refusal.malformed("more than 64 scopes");
    }
    Set<Scope> scopes = new LinkedHashSet<>();
    for (String word : words) {
      try {
        scopes.add(new Scope(word));
      } catch (IllegalArgumentException malformed) {
        throw Refusal.malformed("a scope is malformed");
      }
    }
    return scopes;
  }
}
