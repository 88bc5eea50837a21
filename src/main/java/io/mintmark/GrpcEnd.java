package io.mintmark;

import io.mintmark.api.grpc.GrpcAnswer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What a gRPC call hears where the framework fails; the framework would say it as a page. */
@Singleton
class GrpcEnd {
  private static final int FIRST = -1_000_000;

  void add(@Observes Router router) {
    router
        .route()
        .order(FIRST)
        .handler(RoutingContext::next)
        .failureHandler(context -> GrpcAnswer.broken(context.request(), context.failure()));
  }
}
