package io.mintmark.cli.dev;

import io.mintmark.cli.DataFolder;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What all commands that make evidence take. */
final class DevOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder (default: MINTMARK_DATA, else ~/.local/share/mintmark).")
  @Nullable Path data;

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      converter = Lifetime.class,
      description = "Lifetime, such as 30s, 5m or 1h, at most 24h (default: 5m).")
  @Nullable Duration ttl;

  DevAuthority authority() throws IOException {
    return DevAuthority.open(folder(), InstantSource.system());
  }

  Duration ttl() {
    return ttl == null ? Duration.ofMinutes(5) : ttl;
  }

  /** Whom a token is for where that is not said: the broker of the data folder. */
  String audience(@Nullable String given) throws IOException {
    if (given != null) {
      return given;
    }
    String running = DataFolder.endpoint(folder(), "issuer");
    if (running != null) {
      return running;
    }
    String set = System.getenv("MINTMARK_ISSUER");
    return set == null || set.isBlank() ? DevAuthority.BROKER : set;
  }

  private Path folder() {
    return DataFolder.or(data);
  }

  /** A number and s, m or h. */
  static final class Lifetime implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      try {
        Duration lifetime = Duration.parse("PT" + value.toUpperCase(Locale.ROOT));
        if (lifetime.compareTo(Duration.ofSeconds(1)) >= 0
            && lifetime.compareTo(DevAuthority.MAX_TTL) <= 0) {
          return lifetime;
        }
      } catch (DateTimeParseException e) {
        // said below
      }
      throw new TypeConversionException(
          "\"" + value + "\" is not a lifetime from 1s to 24h, such as 5m");
    }
  }

  /** A SPIFFE ID with a path. */
  static final class Id implements ITypeConverter<WorkloadId> {
    @Override
    public WorkloadId convert(String value) {
      try {
        WorkloadId id = WorkloadId.parse(value);
        DevAuthority.checkName(id.trustDomain());
        return id;
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
