package io.mintmark;

import io.mintmark.exchange.Course;
import io.mintmark.exchange.Observer.Stage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges as spans, one child for each stage. The framework's own spans of requests are off: they
 * would carry what callers put into a query or a header.
 */
final class Traces {
  private final Tracer tracer;

  Traces(Tracer tracer) {
    this.tracer = tracer;
  }

  /** Hands an exchange over to be sent; never waits, and drops it where too many wait. */
  void add(Course course) {
    Context parent = parent(course.traceparent());
    Instant at = course.began();
    SpanBuilder builder =
        tracer
            .spanBuilder("exchange")
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .setStartTimestamp(at)
            .setAttribute("mintmark.decision_id", course.decisionId())
            .setAttribute("mintmark.outcome", course.outcome());
    if (course.reason() != null) {
      builder.setAttribute("mintmark.reason", course.reason().word());
    }
    if (course.evidence() != null) {
      builder.setAttribute("mintmark.evidence", course.evidence().word());
    }
    if (course.credential() != null) {
      builder.setAttribute("mintmark.credential", course.credential().word());
    }
    Span exchange = builder.startSpan();
    Context inside = parent.with(exchange);
    for (Stage stage : Stage.values()) {
      Long nanos = course.took().get(stage);
      if (nanos != null) {
        Span part =
            tracer
                .spanBuilder(stage.name().toLowerCase(Locale.ROOT))
                .setParent(inside)
                .setStartTimestamp(at)
                .startSpan();
        at = at.plus(Duration.ofNanos(nanos));
        part.end(at);
      }
    }
    exchange.end(at);
  }

  /** The caller's span; none where its header is absent or was malformed. */
  private static Context parent(@Nullable String traceparent) {
    if (traceparent == null) {
      return Context.root();
    }
    return Context.root()
        .with(
            Span.wrap(
                SpanContext.createFromRemoteParent(
                    traceparent.substring(3, 35),
                    traceparent.substring(36, 52),
                    TraceFlags.fromHex(traceparent, 53),
                    TraceState.getDefault())));
  }
}
