package io.mintmark.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;

/** The data folder where none is given: {@code MINTMARK_DATA}, else the user's own. */
final class DataFolder implements IDefaultValueProvider {
  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!argument.paramLabel().equals("DIR")) {
      return null;
    }
    String named = System.getenv("MINTMARK_DATA");
    return named == null || named.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".local", "share", "mintmark").toString()
        : named;
  }
}
