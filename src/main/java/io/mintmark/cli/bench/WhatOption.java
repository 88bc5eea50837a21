package io.mintmark.cli.bench;

import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of an operation. */
final class WhatOption implements ITypeConverter<What> {
  @Override
  public What convert(String value) {
    return Arrays.stream(What.values())
        .filter(what -> what.toString().equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "\"" + value + "\" is neither token, certificate nor jwt-svid"));
  }
}
