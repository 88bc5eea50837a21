package io.mintmark;

import io.mintmark.api.http.Seldom;
import io.mintmark.documents.Texts;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends spans to the operator's collector, one batch after the other; what it does not take is
 * lost. Where this is, the framework makes no exporter of its own.
 */
@Singleton
final class SpanSender implements SpanExporter {
  private static final Logger LOG = Logger.getLogger(SpanSender.class);

  private final Provider<Vertx> vertx;
  private final CollectorAddress to;
  private final Seldom log = new Seldom(System::nanoTime, LOG::warn);
  private @Nullable Collector collector;

  SpanSender(
      Provider<Vertx> vertx,
      @ConfigProperty(name = "quarkus.otel.exporter.otlp.endpoint") String endpoint,
      @ConfigProperty(name = "quarkus.otel.exporter.otlp.protocol", defaultValue = "grpc")
          String protocol,
      @ConfigProperty(name = "quarkus.otel.exporter.otlp.headers") Optional<List<String>> headers) {
    this.vertx = vertx;
    this.to = CollectorAddress.of(endpoint, protocol, headers.orElse(List.of()));
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    TraceRequestMarshaler request = TraceRequestMarshaler.create(spans);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(request.getBinarySerializedSize());
    try {
      request.writeBinaryTo(bytes);
    } catch (IOException inMemory) {
      throw new IllegalStateException(inMemory);
    }
    CompletableResultCode result = new CompletableResultCode();
    collector()
        .send(Buffer.buffer(bytes.toByteArray()))
        .onSuccess(taken -> result.succeed())
        .onFailure(
            failed -> {
              log.say(
                  "%d spans did not get to the collector: %s"
                      .formatted(spans.size(), said(failed)));
              result.fail();
            });
    return result;
  }

  private static String said(Throwable failed) {
    String message = failed.getMessage();
    return message == null ? failed.getClass().getSimpleName() : Texts.printable(message);
  }

  /** At the first use: spans may be asked about before the event loops are there. */
  private synchronized Collector collector() {
    Collector known = collector;
    if (known == null) {
      known = new Collector(vertx.get(), to, Collector.PATIENCE);
      collector = known;
    }
    return known;
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public synchronized CompletableResultCode shutdown() {
    if (collector != null) {
      collector.close();
    }
    return CompletableResultCode.ofSuccess();
  }
}
