package io.mintmark.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one bounded HTTP client. A name is resolved once a fetch, every address that it has is
 * checked, and only those are connected to, so that a name server that changes its answer (DNS
 * rebinding) gains nothing. Each fetch has a connection and a TLS context of its own: no session of
 * an earlier trust is ever resumed.
 */
public final class Fetcher implements AutoCloseable {
  private final FetchLimits limits;
  private final HostRate rate;

  private final ExecutorService exchanges =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("mintmark-fetch-", 0).factory());

  private final Lookups lookups;

  public Fetcher(FetchLimits limits, Resolver resolver) {
    this.limits = limits;
    this.lookups = new Lookups(resolver);
    this.rate = new HostRate(limits.hostBurst(), limits.hostInterval(), System::nanoTime);
  }

  /** Fetches, waiting no longer than the total timeout; must not be called on an event loop. */
  public FetchResult get(FetchRequest request) {
    TargetUrl url;
    try {
      url = TargetUrl.parse(request.url());
    } catch (FetchRefused refused) {
      return refused.result();
    }
    try (var sockets = new DirectSockets()) {
      return awaited(url, exchanges.submit(() -> exchange(url, request, sockets)));
    } catch (RejectedExecutionException closed) {
      return new FetchResult.Failed(FetchFailure.CANCELLED, "the fetcher is closed");
    }
  }

  @Override
  public void close() {
    exchanges.shutdownNow();
    lookups.close();
  }

  private FetchResult awaited(TargetUrl url, Future<FetchResult> exchange) {
    try {
      return exchange.get(limits.totalTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      return new FetchResult.Failed(
          FetchFailure.TIMEOUT,
          "\"" + url.origin() + "\" gave no complete answer in " + seconds(limits.totalTimeout()));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return new FetchResult.Failed(FetchFailure.CANCELLED, "the fetch was interrupted");
    } catch (ExecutionException bug) {
      throw new IllegalStateException("fetch failed unexpectedly", bug.getCause());
    } finally {
      exchange.cancel(true);
    }
  }

  private FetchResult exchange(TargetUrl url, FetchRequest request, DirectSockets sockets)
      throws InterruptedException {
    try {
      if (url.scheme().equals("http") && !request.plainHttp()) {
        throw new FetchRefused(
            FetchFailure.URL_REFUSED, "\"" + url.origin() + "\" is not fetched without TLS");
      }
      if (!rate.admits(url.host() + ":" + url.port())) {
        throw new FetchRefused(
            FetchFailure.RATE_LIMITED, "\"" + url.origin() + "\" was fetched too often");
      }
      List<InetAddress> addresses = resolve(url);
      checkAddresses(url, addresses, request);
      return new PinnedExchange(limits, request, addresses, sockets).run(url);
    } catch (FetchRefused refused) {
      return refused.result();
    }
  }

  private List<InetAddress> resolve(TargetUrl url) throws FetchRefused, InterruptedException {
    if (url.literal() != null) {
      return List.of(url.literal());
    }
    try {
      List<InetAddress> addresses = lookups.resolve(url.host());
      if (!addresses.isEmpty()) {
        return addresses;
      }
    } catch (UnknownHostException none) {
      // said below
    }
    throw new FetchRefused(
        FetchFailure.UNRESOLVED, "host name \"" + url.host() + "\" has no address");
  }

  /** One address that is not allowed refuses them all: an honest host has none. */
  private static void checkAddresses(
      TargetUrl url, List<InetAddress> addresses, FetchRequest request) throws FetchRefused {
    for (InetAddress address : addresses) {
      AddressKind kind = AddressKind.of(address);
      if (!request.allowed().permit(url.host(), address)) {
        throw new FetchRefused(
            FetchFailure.ADDRESS_REFUSED,
            "\"%s\" is at %s, %s: name it in allowAddresses if that is meant"
                .formatted(url.host(), address.getHostAddress(), kind.description()));
      }
      if (url.scheme().equals("http") && kind != AddressKind.LOOPBACK) {
        throw new FetchRefused(
            FetchFailure.URL_REFUSED,
            "\"" + url.origin() + "\" is not on this machine, so it is not fetched without TLS");
      }
    }
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
