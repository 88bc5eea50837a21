package io.mintmark.sidecar.exec;

import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.sidecar.held.Held;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a program finds in its environment when it starts; nobody can change it later. */
public final class ProgramEnvironment implements Delivery {
  private final ExecPlan plan;
  private final Credentials credentials;

  ProgramEnvironment(ExecPlan plan, Credentials credentials) {
    this.plan = plan;
    this.credentials = credentials;
  }

  /** The variables with what is held now; null where one of the credentials is not. */
  public @Nullable Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    for (ExecPlan.Variable variable : plan.variables()) {
      switch (variable) {
        case ExecPlan.PathVariable path -> variables.put(path.name(), path.path().toString());
        case ExecPlan.TokenVariable token -> {
          if (!(credentials.current(token.token()) instanceof State.Ready(Held.Token held))) {
            return null;
          }
          variables.put(token.name(), token.header() ? "Bearer " + held.value() : held.value());
        }
      }
    }
    return variables;
  }

  @Override
  public void start() {}

  @Override
  public boolean ready() {
    return variables() != null;
  }

  @Override
  public void stop(Duration grace) {}
}
