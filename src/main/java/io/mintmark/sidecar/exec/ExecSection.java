package io.mintmark.sidecar.exec;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compiles {@code spec.exec}. */
public final class ExecSection {
  private ExecSection() {}

  /**
   * One delivery where there is an environment, else none.
   *
   * @param paths of the files that are delivered, which variables can name
   */
  public static List<DeliveryPlan> compile(Section exec, Set<Path> paths) {
    if (!exec.present()) {
      return List.of();
    }
    List<ExecPlan.Variable> variables = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section entry : exec.at("env").entries()) {
      if (!names.add(entry.text("name"))) {
        entry.error("name", "there is another variable \"" + entry.text("name") + "\"");
      }
      variables.add(variable(entry, paths));
    }
    return List.of(new ExecPlan(variables));
  }

  private static ExecPlan.Variable variable(Section entry, Set<Path> paths) {
    String name = entry.text("name");
    if (entry.has("credential") == entry.has("path")) {
      entry.error("", "a variable has exactly one of \"credential\" and \"path\"");
      return new ExecPlan.PathVariable(name, Path.of("/"));
    }
    if (entry.has("path")) {
      return path(entry, name, paths);
    }
    Wanted token = entry.credential("credential");
    if (token instanceof Wanted.X509Svid) {
      entry.error("credential", "an X.509-SVID has no token; name the path of a file");
    }
    return new ExecPlan.TokenVariable(name, token, entry.text("format", "token").equals("header"));
  }

  private static ExecPlan.Variable path(Section entry, String name, Set<Path> paths) {
    Path path = entry.path("path");
    Path folder = path.getParent();
    if (!paths.contains(path) && (folder == null || !paths.contains(folder))) {
      entry.error("path", "no file is delivered there");
    }
    if (entry.has("format")) {
      entry.error("format", "a path has no format");
    }
    return new ExecPlan.PathVariable(name, path);
  }
}
