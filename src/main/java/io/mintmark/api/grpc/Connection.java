package io.mintmark.api.grpc;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.mintmark.api.Caller;
import io.mintmark.api.Callers;
import io.mintmark.api.Refusal;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the connection that a call came over, read anew for every call.
 *
 * @param session null on plain HTTP
 */
record Connection(InetAddress peer, @Nullable SSLSession session, Metadata headers) {
  private static final Context.Key<Connection> KEY = Context.key("mintmark-connection");

  /** The connection of the call that this thread serves. */
  static Connection current() {
    Connection connection = KEY.get();
    if (connection == null) {
      throw new IllegalStateException("no interceptor has seen this call");
    }
    return connection;
  }

  Caller caller(Callers callers) throws Refusal {
    return callers.of(peer, session, this::header);
  }

  private List<String> header(String name) {
    Metadata.Key<String> key =
        Metadata.Key.of(name.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER);
    Iterable<String> values = headers.getAll(key);
    List<String> list = new ArrayList<>();
    if (values != null) {
      values.forEach(list::add);
    }
    return list;
  }

  /** Notes the connection for the service. */
  @GlobalInterceptor
  @Singleton
  static class Interceptor implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      Attributes attributes = call.getAttributes();
      // an address that is not known is 0.0.0.0, which nobody trusts
      InetAddress peer =
          attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress address
                  && address.getAddress() != null
              ? address.getAddress()
              : InetAddress.ofLiteral("0.0.0.0");
      Connection connection =
          new Connection(peer, attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION), headers);
      return Contexts.interceptCall(
          Context.current().withValue(KEY, connection), call, headers, next);
    }
  }
}
