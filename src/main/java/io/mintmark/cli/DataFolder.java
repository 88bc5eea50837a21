package io.mintmark.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;

/** A broker's data folder, and what a broker that runs on it says there of itself. */
public final class DataFolder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DataFolder() {}

  /** The folder given; else that of {@code MINTMARK_DATA}, else the user's own. */
  public static Path or(@Nullable Path given) {
    if (given != null) {
      return given;
    }
    String named = System.getenv("MINTMARK_DATA");
    return named == null || named.isBlank()
        ? Path.of(System.getProperty("user.home"), ".local", "share", "mintmark")
        : Path.of(named);
  }

  /**
   * A member of {@code endpoints.json}, which a broker keeps while it runs; null where none runs.
   */
  public static @Nullable String endpoint(Path data, String name) throws IOException {
    Path file = data.resolve("endpoints.json");
    try {
      JsonNode value = JSON.readTree(Files.readAllBytes(file)).path(name);
      if (value.isTextual()) {
        return value.asText();
      }
    } catch (NoSuchFileException stopped) {
      return null;
    } catch (JsonProcessingException malformed) {
      // said below, without what the file holds
    }
    throw new IOException("\"" + file + "\" is damaged: restart the broker");
  }

  /** For parameters that are called {@code DIR}. */
  public static final class Default implements IDefaultValueProvider {
    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
      return argument.paramLabel().equals("DIR") ? or(null).toString() : null;
    }
  }
}
