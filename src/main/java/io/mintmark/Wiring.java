package io.mintmark;

import io.micrometer.core.instrument.MeterRegistry;
import io.mintmark.api.Callers;
import io.mintmark.api.Intake;
import io.mintmark.api.grpc.BundleDoor;
import io.mintmark.api.grpc.BundleStreams;
import io.opentelemetry.api.trace.Tracer;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Hands the parts of the one service to the framework. */
@Singleton
class Wiring {
  @Produces
  @Singleton
  InstantSource clock() {
    return InstantSource.system();
  }

  @Produces
  @Singleton
  Service service(
      Settings settings,
      MeterRegistry registry,
      InstantSource clock,
      Tracer tracer,
      @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean untraced) {
    Traces traces = untraced ? null : new Traces(tracer);
    return new Service(Setup.of(settings), new Telemetry(registry, traces), clock);
  }

  void stop(@Disposes Service service) {
    service.close();
  }

  @Produces
  @Singleton
  Intake intake(Service service) {
    return service.intake();
  }

  @Produces
  @Singleton
  Callers callers(Service service) {
    return service.callers();
  }

  @Produces
  @Singleton
  BundleStreams streams(Service service) {
    return service.streams();
  }

  @Produces
  @Singleton
  BundleDoor bundleDoor(Service service) {
    return service.bundleDoor();
  }
}
