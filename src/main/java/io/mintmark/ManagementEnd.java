package io.mintmark;

import io.mintmark.api.http.HttpAnswer;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What the management port says where it has nothing; the framework would say it in HTML. */
@Singleton
class ManagementEnd {
  private static final int FIRST = -1_000_000;

  void add(@Observes ManagementInterface management) {
    management
        .router()
        .route()
        .order(FIRST)
        .handler(RoutingContext::next)
        .failureHandler(
            context ->
                end(
                    context,
                    context.statusCode() >= 400 && context.statusCode() < 500
                        ? HttpAnswer.plain(context.statusCode(), "the request is malformed")
                        : HttpAnswer.broken()));
    management
        .router()
        .route()
        .last()
        .handler(context -> end(context, HttpAnswer.plain(404, "there is nothing at this path")));
  }

  private static void end(RoutingContext context, HttpAnswer answer) {
    if (!context.response().ended()) {
      context.response().setStatusCode(answer.status());
      answer.headers().forEach(context.response()::putHeader);
      context.response().end(Buffer.buffer(answer.body()));
    }
  }
}
