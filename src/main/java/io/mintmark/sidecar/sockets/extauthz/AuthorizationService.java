package io.mintmark.sidecar.sockets.extauthz;

import com.google.rpc.Code;
import io.grpc.stub.StreamObserver;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.sidecar.held.Held;
import io.mintmark.wire.envoy.auth.AttributeContext.HttpRequest;
import io.mintmark.wire.envoy.auth.AuthorizationGrpc;
import io.mintmark.wire.envoy.auth.CheckRequest;
import io.mintmark.wire.envoy.auth.CheckResponse;
import io.mintmark.wire.envoy.auth.CheckStatus;
import io.mintmark.wire.envoy.auth.DeniedHttpResponse;
import io.mintmark.wire.envoy.auth.HttpStatus;
import io.mintmark.wire.envoy.auth.OkHttpResponse;
import io.mintmark.wire.envoy.base.HeaderValue;
import io.mintmark.wire.envoy.base.HeaderValueOption;
import io.mintmark.wire.envoy.base.HeaderValueOption.HeaderAppendAction;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Envoy's external authorization: a request that a route knows goes on with that route's
 * credential, in place of whatever the caller sent; every other is refused.
 */
public final class AuthorizationService extends AuthorizationGrpc.AuthorizationImplBase {
  private static final int FORBIDDEN = 403;
  private static final int UNAVAILABLE = 503;

  /** The caller's own credentials never go on. */
  private static final Set<String> ALWAYS_REMOVED = Set.of("authorization", "proxy-authorization");

  private final List<Route> routes;
  private final Credentials credentials;

  /**
   * @param routes the first that matches counts
   */
  public AuthorizationService(List<Route> routes, Credentials credentials) {
    this.routes = List.copyOf(routes);
    this.credentials = credentials;
  }

  @Override
  public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
    HttpRequest http = request.getAttributes().getRequest().getHttp();
    Target target = Target.of(http.getHost(), http.getMethod(), http.getPath());
    for (Route route : routes) {
      if (route.matches(target)) {
        credentials
            .soon(route.credential())
            .whenComplete((state, _) -> answer(observer, answered(route, state)));
        return;
      }
    }
    answer(
        observer,
        denied(FORBIDDEN, Code.PERMISSION_DENIED, "no-route", "no route is configured for it"));
  }

  private static CheckResponse answered(Route route, State state) {
    return switch (state) {
      case State.Ready(Held.Token token) -> allowed(route, token);
      case State.Ready(Held.Certificate _) ->
          denied(UNAVAILABLE, Code.UNAVAILABLE, "internal", "the credential is no token");
      case State.Pending _ ->
          denied(UNAVAILABLE, Code.UNAVAILABLE, "pending", "there is no credential yet");
      case State.Unavailable(String reason, String message) ->
          denied(UNAVAILABLE, Code.UNAVAILABLE, reason, message);
    };
  }

  private static CheckResponse allowed(Route route, Held.Token token) {
    Set<String> removed = new TreeSet<>(ALWAYS_REMOVED);
    removed.addAll(route.remove());
    // Envoy removes after it sets
    removed.remove(route.header());
    return CheckResponse.newBuilder()
        .setStatus(CheckStatus.newBuilder().setCode(Code.OK_VALUE))
        .setOkResponse(
            OkHttpResponse.newBuilder()
                .addHeaders(overwriting(route.header(), route.prefix() + token.value()))
                .addAllHeadersToRemove(removed))
        .build();
  }

  private static CheckResponse denied(int status, Code code, String reason, String message) {
    return CheckResponse.newBuilder()
        .setStatus(CheckStatus.newBuilder().setCode(code.getNumber()))
        .setDeniedResponse(
            DeniedHttpResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCode(status))
                .addHeaders(overwriting("content-type", "text/plain; charset=utf-8"))
                .setBody("mintmark: " + reason + ": " + message + "\n"))
        .build();
  }

  private static HeaderValueOption overwriting(String name, String value) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
        .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
        .build();
  }

  private static void answer(StreamObserver<CheckResponse> observer, CheckResponse response) {
    observer.onNext(response);
    observer.onCompleted();
  }
}
