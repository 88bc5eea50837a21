package io.mintmark.api.grpc;

import io.grpc.Status;
import io.mintmark.workload.Reason;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls that last as long as their client likes: watches of health, reflection, trust bundles. They
 * are bounded, and none holds up a stop.
 */
public final class LastingCalls {
  private static final int MOST = 400;

  /** {@link BundleStreams} lets fewer in, but only after their proof was checked. */
  private static final int MOST_BUNDLES = 2_000;

  /** One stranger must leave some to the others. */
  private static final int PART_OF_ONE = 10;

  private final Map<HttpServerRequest, Entry> open = new HashMap<>();
  private boolean closed;

  private record Entry(InetAddress network, Method.Kind kind) {}

  /**
   * Lets a call in.
   *
   * @param network the address that it comes from
   * @return why it is not let in; null where it is
   */
  synchronized @Nullable Reason join(
      HttpServerRequest request, InetAddress network, Method.Kind kind) {
    if (closed) {
      return Reason.OVERLOADED;
    }
    open.keySet().removeIf(other -> other.response().closed());
    int most = kind == Method.Kind.BUNDLES ? MOST_BUNDLES : MOST;
    if (open.values().stream().filter(other -> other.kind() == kind).count() >= most) {
      return Reason.OVERLOADED;
    }
    Entry entry = new Entry(network, kind);
    if (open.values().stream().filter(entry::equals).count() >= most / PART_OF_ONE) {
      return Reason.RATE_LIMITED;
    }
    open.put(request, entry);
    return null;
  }

  /** Ends all of them, and lets none in any more. */
  public synchronized void close() {
    closed = true;
    open.keySet()
        .forEach(
            request ->
                ((HttpServerRequestInternal) request)
                    .context()
                    .runOnContext(
                        now ->
                            GrpcAnswer.end(
                                request, Status.Code.UNAVAILABLE, "the broker is stopping")));
    open.clear();
  }
}
