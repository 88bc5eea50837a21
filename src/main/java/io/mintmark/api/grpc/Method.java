package io.mintmark.api.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.reflection.v1alpha.Reflection;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.mintmark.wire.v1.ExchangeRequest;
import io.mintmark.wire.v1.IssueCertificateRequest;
import io.mintmark.wire.v1.StreamBundlesRequest;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every method that can be called. */
enum Method {
  EXCHANGE("mintmark.v1.Broker/Exchange", ExchangeRequest.parser(), Kind.ONE_ANSWER),
  ISSUE_CERTIFICATE(
      "mintmark.v1.Broker/IssueCertificate", IssueCertificateRequest.parser(), Kind.ONE_ANSWER),
  STREAM_BUNDLES("mintmark.v1.Broker/StreamBundles", StreamBundlesRequest.parser(), Kind.BUNDLES),
  CHECK("grpc.health.v1.Health/Check", HealthCheckRequest.parser(), Kind.CHECK),
  WATCH("grpc.health.v1.Health/Watch", HealthCheckRequest.parser(), Kind.WATCH),
  REFLECTION(
      "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
      ServerReflectionRequest.parser(),
      Kind.CONVERSATION),
  REFLECTION_ALPHA(
      "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      Reflection.ServerReflectionRequest.parser(),
      Kind.CONVERSATION);

  /** How a call goes. */
  enum Kind {
    /** One message, one answer, and a record of it. */
    ONE_ANSWER,
    /** One message, then trust bundles, which {@link BundleStreams} counts. */
    BUNDLES,
    /** One message, one answer about health. */
    CHECK,
    /** One message, then answers about health without end. */
    WATCH,
    /** Any number of messages and answers. */
    CONVERSATION
  }

  private static final int MAX_REQUEST = 128 * 1024;
  private static final int MAX_QUESTION = 4 * 1024;
  private static final Map<String, Method> BY_PATH =
      Arrays.stream(values()).collect(Collectors.toMap(Method::path, Function.identity()));

  private final String path;
  private final Parser<?> parser;
  private final Kind kind;

  Method(String name, Parser<?> parser, Kind kind) {
    this.path = "/" + name;
    this.parser = parser;
    this.kind = kind;
  }

  /** The one that is called; null where there is none of this path. */
  static @Nullable Method at(String path) {
    return BY_PATH.get(path);
  }

  private String path() {
    return path;
  }

  Kind kind() {
    return kind;
  }

  /** Whether it is let in only while the address's calls hold. */
  boolean isAdmitted() {
    return kind == Kind.ONE_ANSWER || kind == Kind.BUNDLES;
  }

  /** The size of the largest message that is read, in bytes. */
  int most() {
    return isAdmitted() ? MAX_REQUEST : MAX_QUESTION;
  }

  /** Whether these bytes are a message of its type, names in UTF-8 and all. */
  boolean reads(byte[] message) {
    try {
      parser.parseFrom(message);
      return true;
    } catch (InvalidProtocolBufferException malformed) {
      return false;
    }
  }
}
