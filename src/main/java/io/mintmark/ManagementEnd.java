package io.mintmark;

import io.mintmark.api.http.HttpAnswer;
import io.mintmark.api.http.Response;
import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.options.HttpServerCommonHandlers;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The framework's health and metrics, and what the management port says where it has nothing; the
 * framework would say it in HTML.
 */
@Singleton
class ManagementEnd implements Handler<HttpServerRequest> {
  private static final int FIRST = -1_000_000;
  private volatile @Nullable Handler<HttpServerRequest> framework;

  void add(@Observes ManagementInterface management) {
    Router router = management.router();
    router
        .route()
        .order(FIRST)
        .handler(RoutingContext::next)
        .failureHandler(context -> Response.send(context.request(), failed(context.statusCode())));
    router
        .route()
        .last()
        .handler(
            context ->
                Response.send(
                    context.request(), HttpAnswer.plain(404, "there is nothing at this path")));
    framework = HttpServerCommonHandlers.enforceDuplicatedContext(router, false);
  }

  @Override
  public void handle(HttpServerRequest request) {
    Handler<HttpServerRequest> opened = framework;
    if (opened == null) {
      throw new IllegalStateException("the framework has no management interface");
    }
    if (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD)) {
      opened.handle(request);
    } else {
      Response.send(
          request,
          HttpAnswer.plain(405, "this port takes GET and HEAD").with("Allow", "GET, HEAD"));
    }
  }

  private static HttpAnswer failed(int status) {
    return status >= 400 && status < 500
        ? HttpAnswer.plain(status, "the request is malformed")
        : HttpAnswer.broken();
  }
}
