package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are not what their line says, where a route lets only some through. */
class NarrowRoutesTest {
  @TempDir Path folder;

  @Test
  void aMethodOrPathInAFieldDoesNotGoOnWhereTheRouteLimitsThem() throws IOException {
    String[] fields = {
      "X-HTTP-Method-Override: mine",
      "X_Http_Method_Override: mine",
      "X-Method-Override: mine",
      "X-HTTP-Method: mine",
      "X-Original-URL: /mine",
      "X-Rewrite-Url: /mine"
    };
    for (Route route : List.of(route("/v1", Set.of()), route("/", Set.of("GET")))) {
      try (ProxyFixture proxy = routed(route)) {
        assertThat(proxy.said(proxy.request("GET /v1/a", fields))).startsWith("HTTP/1.1 200 ");
        assertThat(proxy.upstream.requests.getFirst()).doesNotContain("mine");
      }
    }
    try (ProxyFixture proxy = routed(route("/", Set.of()))) {
      proxy.said(proxy.request("GET /v1/a", fields));
      assertThat(proxy.upstream.requests.getFirst().toLowerCase(Locale.ROOT))
          .contains("\r\nx-original-url: /mine\r\n");
    }
  }

  private static Route route(String path, Set<String> methods) {
    return new Route(
        "api",
        Set.of(),
        null,
        path,
        methods,
        new Route.Origin("localhost", 1, new Route.Trusted.SystemAuthorities(), null),
        FakeCredentials.WANTED,
        new Route.Injection("authorization", "Bearer "));
  }

  private ProxyFixture routed(Route shape) throws IOException {
    return new ProxyFixture(
        new RawUpstream(),
        plan ->
            new ProxyPlan(
                plan.label(),
                plan.mode(),
                plan.entry(),
                plan.hosts(),
                null,
                false,
                plan.limits(),
                List.of(
                    new Route(
                        shape.name(),
                        shape.hosts(),
                        null,
                        shape.path(),
                        shape.methods(),
                        plan.routes().getFirst().upstream(),
                        shape.wanted(),
                        shape.injection()))),
        folder);
  }
}
