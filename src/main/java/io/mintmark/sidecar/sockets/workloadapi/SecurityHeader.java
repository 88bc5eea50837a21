package io.mintmark.sidecar.sockets.workloadapi;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses calls without the metadata {@code workload.spiffe.io: true} (SPIFFE Workload Endpoint
 * section 3). The attack: a URL that somebody gave a program to fetch, forwarded to the socket.
 */
final class SecurityHeader implements ServerInterceptor {
  private static final Metadata.Key<String> NAME =
      Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER);

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (isThere(headers.getAll(NAME))) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.INVALID_ARGUMENT.withDescription(
            "security header \"workload.spiffe.io\" is missing"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static boolean isThere(@Nullable Iterable<String> values) {
    List<String> all = new ArrayList<>();
    if (values != null) {
      values.forEach(all::add);
    }
    return all.equals(List.of("true"));
  }
}
