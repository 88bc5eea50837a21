package io.mintmark.sidecar.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.sidecar.sockets.extauthz.Route;
import io.mintmark.wire.envoy.auth.AttributeContext;
import io.mintmark.wire.envoy.auth.AttributeContext.HttpRequest;
import io.mintmark.wire.envoy.auth.AuthorizationGrpc;
import io.mintmark.wire.envoy.auth.CheckRequest;
import io.mintmark.wire.envoy.auth.CheckResponse;
import io.mintmark.wire.envoy.base.HeaderValueOption;
import io.mintmark.wire.envoy.base.HeaderValueOption.HeaderAppendAction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationServiceTest {
  @TempDir Path folder;
  private ServedSocket socket;

  @BeforeEach
  void serve() throws IOException {
    socket = new ServedSocket(folder);
    socket.serve(
        socket.plan(
            null,
            new Route(
                Set.of("ledger.example.org"),
                "/v1",
                Set.of("GET"),
                ServedSocket.TOKEN,
                "authorization",
                "Bearer ",
                Set.of()),
            new Route(
                Set.of("keys.example.org"),
                "/",
                Set.of(),
                ServedSocket.TOKEN,
                "x-api-token",
                "",
                Set.of("cookie"))));
    socket.held.become(ServedSocket.TOKEN, new State.Ready(socket.token("the-token")));
  }

  @AfterEach
  void close() {
    socket.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v10",
        "/v2",
        "/v1/../admin",
        "/v1/..",
        "/v1/./x",
        "/v1/%2e%2e/admin",
        "/v1/%2E./admin",
        "/v1%2fadmin",
        "/v1/%5c..%5cadmin",
        "/v1/..\\admin",
        "//v1",
        "/v1//admin",
        "/v1/..;/admin",
        "/v1/%252e%252e/admin",
        "v1/x",
        "*",
        ""
      })
  void aPathThatIsNotPlainlyUnderTheRouteGetsNoToken(String path) {
    denied(check("ledger.example.org", "GET", path), 403, "no-route");
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example.org, GET",
    "ledger.example.org.evil.org, GET",
    "user@ledger.example.org, GET",
    "ledger.example.org, POST",
    "ledger.example.org, get",
    "'', GET"
  })
  void anotherHostOrMethodGetsNoToken(String host, String method) {
    denied(check(host, method, "/v1/x"), 403, "no-route");
  }

  @ParameterizedTest
  @CsvSource({
    "ledger.example.org, /v1",
    "LEDGER.example.org:8443, /v1/entries?q=/../x",
    "ledger.example.org., /v1/"
  })
  void theTokenTakesThePlaceOfWhatTheCallerSent(String host, String path) {
    CheckResponse answer = check(host, "GET", path);
    assertThat(answer.getStatus().getCode()).isZero();
    HeaderValueOption header = answer.getOkResponse().getHeaders(0);
    assertThat(header.getHeader().getKey()).isEqualTo("authorization");
    assertThat(header.getHeader().getValue()).isEqualTo("Bearer the-token");
    assertThat(header.getAppendAction()).isEqualTo(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
    assertThat(answer.getOkResponse().getHeadersToRemoveList())
        .containsExactly("proxy-authorization");
  }

  @Test
  void theCallersOwnAuthorizationDoesNotGoOnBesideAnotherHeader() {
    CheckResponse answer = check("keys.example.org", "DELETE", "/any/../path");
    assertThat(answer.getOkResponse().getHeaders(0).getHeader().getKey()).isEqualTo("x-api-token");
    assertThat(answer.getOkResponse().getHeaders(0).getHeader().getValue()).isEqualTo("the-token");
    assertThat(answer.getOkResponse().getHeadersToRemoveList())
        .containsExactly("authorization", "cookie", "proxy-authorization");
  }

  @Test
  void withoutAValidTokenTheRequestIsRefusedNotPassedOn() {
    socket.held.become(
        ServedSocket.TOKEN, new State.Unavailable("expired", "the credential expired"));
    denied(check("ledger.example.org", "GET", "/v1/x"), 503, "expired: the credential expired");
    socket.held.become(ServedSocket.TOKEN, new State.Pending());
    denied(check("ledger.example.org", "GET", "/v1/x"), 503, "pending");
  }

  private static void denied(CheckResponse answer, int status, String body) {
    assertThat(answer.getStatus().getCode()).isNotZero();
    assertThat(answer.hasOkResponse()).isFalse();
    assertThat(answer.getDeniedResponse().getStatus().getCode()).isEqualTo(status);
    assertThat(answer.getDeniedResponse().getBody()).contains(body).doesNotContain("the-token");
  }

  private CheckResponse check(String host, String method, String path) {
    return AuthorizationGrpc.newBlockingStub(socket.connect())
        .check(
            CheckRequest.newBuilder()
                .setAttributes(
                    AttributeContext.newBuilder()
                        .setRequest(
                            AttributeContext.Request.newBuilder()
                                .setHttp(
                                    HttpRequest.newBuilder()
                                        .setHost(host)
                                        .setMethod(method)
                                        .setPath(path))))
                .build());
  }
}
