package io.mintmark.sidecar.exec;

import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.held.Wanted;
import java.nio.file.Path;
import java.util.List;

/** {@code spec.exec}: variables by name. */
record ExecPlan(List<Variable> variables) implements DeliveryPlan {
  ExecPlan {
    variables = List.copyOf(variables);
  }

  /** One variable. */
  sealed interface Variable {
    String name();
  }

  /** A token as it is when the program starts, alone or after {@code Bearer}. */
  record TokenVariable(String name, Wanted token, boolean header) implements Variable {}

  /** Where a file lies that is renewed. */
  record PathVariable(String name, Path path) implements Variable {}

  @Override
  public String name() {
    return "environment of the program";
  }

  @Override
  public Delivery open(Surroundings surroundings) {
    return new ProgramEnvironment(this, surroundings.credentials());
  }
}
