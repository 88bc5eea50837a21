package io.mintmark;

import io.mintmark.api.grpc.GrpcAnswer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What a gRPC call hears where the framework fails; the framework would say it as a page. */
@Singleton
class GrpcEnd {
  private static final Logger LOG = Logger.getLogger(GrpcEnd.class);
  private static final int FIRST = -1_000_000;
  private static final long PAUSE_NANOS = 1_000_000_000;

  private final AtomicLong unsaid = new AtomicLong();
  private final AtomicLong said = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

  void add(@Observes Router router) {
    router.route().order(FIRST).handler(RoutingContext::next).failureHandler(this::end);
  }

  private void end(RoutingContext context) {
    say(context.failure());
    GrpcAnswer.broken(context.request());
  }

  /** One line a second at most: whoever makes calls fail must not fill the disk as well. */
  private void say(@Nullable Throwable failure) {
    long before = said.get();
    long now = System.nanoTime();
    if (now - before < PAUSE_NANOS || !said.compareAndSet(before, now)) {
      unsaid.incrementAndGet();
      return;
    }
    LOG.errorf(
        "a gRPC call failed before it was served: %s (%d more since the last line)",
        failure == null ? "no exception" : failure.getClass().getName(), unsaid.getAndSet(0));
  }
}
