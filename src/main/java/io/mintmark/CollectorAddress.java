package io.mintmark;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where traces are sent and how.
 *
 * @param grpc whether by gRPC, otherwise by HTTP/1.1
 * @param path of the request, the base of the endpoint included
 * @param headers of each request; those that the operator gave are secrets
 */
record CollectorAddress(
    String host, int port, boolean tls, boolean grpc, String path, Map<String, String> headers) {
  private static final String SERVICE =
      "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  CollectorAddress {
    headers = Map.copyOf(headers);
  }

  /**
   * By OTEL_EXPORTER_OTLP_ENDPOINT, _PROTOCOL and _HEADERS.
   *
   * @throws StartupRefused where they cannot be used
   */
  static CollectorAddress of(String endpoint, String protocol, List<String> given) {
    URI uri = uri(endpoint.strip());
    boolean grpc =
        switch (protocol) {
          case "grpc" -> true;
          case "http/protobuf" -> false;
          default ->
              throw new StartupRefused(
                  "OTEL_EXPORTER_OTLP_PROTOCOL \"%s\" is neither \"grpc\" nor \"http/protobuf\""
                      .formatted(protocol));
        };
    boolean tls = uri.getScheme().equals("https");
    Map<String, String> headers = new LinkedHashMap<>();
    for (String one : given) {
      header(one.strip(), headers);
    }
    headers.put("user-agent", "mintmark");
    headers.put("content-type", grpc ? "application/grpc" : "application/x-protobuf");
    if (grpc) {
      headers.put("te", "trailers");
    }
    String base = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
    int port = uri.getPort() != -1 ? uri.getPort() : tls ? 443 : 80;
    return new CollectorAddress(
        uri.getHost(), port, tls, grpc, grpc ? SERVICE : base + "/v1/traces", headers);
  }

  private static URI uri(String endpoint) {
    try {
      URI uri = URI.create(endpoint);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException malformed) {
      // said below
    }
    throw new StartupRefused(
        "OTEL_EXPORTER_OTLP_ENDPOINT is no URL such as \"https://collector.example.org:4317\"");
  }

  private static void header(String given, Map<String, String> headers) {
    if (given.isEmpty()) {
      return;
    }
    int equals = given.indexOf('=');
    String name = given.substring(0, Math.max(0, equals)).strip();
    String value = given.substring(equals + 1).strip();
    if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || !value.matches("[\\x20-\\x7e]*")) {
      throw new StartupRefused(
          "OTEL_EXPORTER_OTLP_HEADERS is no list of name=value, parted by commas");
    }
    headers.put(name.toLowerCase(Locale.ROOT), value);
  }

  @Override
  public String toString() {
    return "CollectorAddress[" + host + ":" + port + path + "]";
  }
}
