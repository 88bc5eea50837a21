package io.mintmark.api.grpc;

import io.vertx.core.MultiMap;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The headers of a call, checked before the framework fails at them. */
final class CallHead {
  private static final Pattern NAME = Pattern.compile("[0-9a-z_.-]+");
  private static final Pattern TIMEOUT = Pattern.compile("[0-9]{1,8}[HMSmun]");

  private CallHead() {}

  static @Nullable Flaw flaw(MultiMap headers) {
    List<String> encodings = headers.getAll("grpc-encoding");
    if (encodings.stream().anyMatch(encoding -> !encoding.equals("identity"))) {
      return Flaw.COMPRESSED;
    }
    List<String> timeouts = headers.getAll("grpc-timeout");
    if (encodings.size() > 1
        || timeouts.size() > 1
        || timeouts.stream().anyMatch(timeout -> !TIMEOUT.matcher(timeout).matches())) {
      return Flaw.METADATA;
    }
    for (Map.Entry<String, String> header : headers) {
      if (!header.getKey().startsWith(":") && !isMetadata(header.getKey(), header.getValue())) {
        return Flaw.METADATA;
      }
    }
    return null;
  }

  private static boolean isMetadata(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      return false;
    }
    if (name.endsWith("-bin")) {
      try {
        Base64.getDecoder().decode(value);
      } catch (IllegalArgumentException noBase64) {
        return false;
      }
    }
    return true;
  }
}
