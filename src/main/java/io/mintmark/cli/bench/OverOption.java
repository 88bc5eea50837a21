package io.mintmark.cli.bench;

import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of a protocol. */
final class OverOption implements ITypeConverter<Over> {
  @Override
  public Over convert(String value) {
    return Arrays.stream(Over.values())
        .filter(over -> over.toString().equals(value))
        .findFirst()
        .orElseThrow(
            () -> new TypeConversionException("\"" + value + "\" is neither http, https nor grpc"));
  }
}
