package io.mintmark.sidecar.broker;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Trust;
import io.mintmark.sidecar.proof.Proof;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.MalformedBundle;
import io.mintmark.wire.v1.StreamBundlesRequest;
import io.mintmark.wire.v1.StreamBundlesResponse;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.TrustDomain;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The trust bundles as the broker streams them. A stream that ends is opened again after a pause
 * that grows, at the next address; until then what was learned last stands. One bundle that does
 * not parse leaves that domain as it was. With proof the broker tells of every trust domain that it
 * believes; without, of its own only, and then what is known of the others stands too.
 */
public final class BundleStream implements Trust, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(BundleStream.class.getName());
  private static final int MAX_DOMAINS = 256;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LAST_PAUSE = Duration.ofSeconds(30);
  private static final int PAUSE_MILLIS = 100;

  private final Connections connections;
  private final Consumer<Map<TrustDomain, Bundle>> learning;
  private final Supplier<@Nullable Proof> proof;
  private final ScheduledExecutorService timer;
  private final Executor workers;
  private final DoubleSupplier jitter;
  private final Context.CancellableContext open = Context.ROOT.withCancellation();
  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private volatile Map<TrustDomain, Bundle> bundles = Map.of();
  private int failures;

  /**
   * @param learning told of each change before anybody else
   */
  BundleStream(
      Connections connections,
      Consumer<Map<TrustDomain, Bundle>> learning,
      Supplier<@Nullable Proof> proof,
      ScheduledExecutorService timer,
      Executor workers,
      DoubleSupplier jitter) {
    this.connections = connections;
    this.learning = learning;
    this.proof = proof;
    this.timer = timer;
    this.workers = workers;
    this.jitter = jitter;
  }

  /** Opens the stream, and again whenever it ends, until closed. */
  public void start() {
    workers.execute(this::attempt);
  }

  @Override
  public Map<TrustDomain, Bundle> bundles() {
    return bundles;
  }

  @Override
  public Credentials.Watch watch(Consumer<Map<TrustDomain, Bundle>> listener) {
    Follower follower = new Follower(listener);
    followers.add(follower);
    if (!bundles.isEmpty()) {
      follower.tell();
    }
    return () -> followers.remove(follower);
  }

  @Override
  public void close() {
    open.cancel(null);
    followers.clear();
  }

  private void attempt() {
    if (open.isCancelled()) {
      return;
    }
    List<URI> turn = connections.inTurn();
    URI address = turn.get(failures % turn.size());
    Messages messages = new Messages(address);
    try {
      open.run(() -> messages.ask(proof.get()));
    } catch (RuntimeException unexpected) {
      messages.onError(unexpected);
    }
  }

  private void received(StreamBundlesResponse message, boolean whole) {
    failures = 0;
    Map<TrustDomain, Bundle> next = new HashMap<>(whole ? Map.of() : bundles);
    for (Map.Entry<String, ByteString> entry : message.getBundlesMap().entrySet()) {
      if (next.size() < MAX_DOMAINS) {
        add(entry.getKey(), entry.getValue().toByteArray(), next);
      }
    }
    Map<TrustDomain, Bundle> complete = Map.copyOf(next);
    if (complete.equals(bundles)) {
      return;
    }
    bundles = complete;
    learning.accept(complete);
    followers.forEach(Follower::tell);
  }

  private void add(String name, byte[] json, Map<TrustDomain, Bundle> next) {
    try {
      TrustDomain domain = new TrustDomain(name);
      try {
        next.put(domain, Bundle.parse(domain, json));
      } catch (MalformedBundle malformed) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the broker sent a bundle of \""
                + domain
                + "\" that does not parse: "
                + malformed.getMessage());
        Bundle last = bundles.get(domain);
        if (last != null) {
          next.put(domain, last);
        }
      }
    } catch (MalformedWorkloadId malformed) {
      LOG.log(System.Logger.Level.WARNING, "the broker sent a bundle under a malformed name");
    }
  }

  /** On the timer; the stream is never given up because there was no room at one moment. */
  private void begin(URI address) {
    try {
      workers.execute(this::attempt);
    } catch (RejectedExecutionException busy) {
      again(address);
    }
  }

  private void again(URI address) {
    connections.failed(address);
    if (open.isCancelled()) {
      return;
    }
    Duration grown = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
    failures++;
    Duration pause = grown.compareTo(LAST_PAUSE) < 0 ? grown : LAST_PAUSE;
    long millis = (long) (pause.toMillis() * (0.5 + jitter.getAsDouble() / 2));
    try {
      var _ = timer.schedule(() -> begin(address), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopped) {
      // the sidecar stops
    }
  }

  /** What comes over one stream. */
  private final class Messages implements StreamObserver<StreamBundlesResponse> {
    private final URI address;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean whole;

    Messages(URI address) {
      this.address = address;
    }

    void ask(@Nullable Proof shown) {
      whole = shown != null;
      StreamBundlesRequest.Builder request = StreamBundlesRequest.newBuilder();
      if (shown != null) {
        request.setEvidence(Presented.evidence(shown));
      }
      connections.streamsOf(address, shown).streamBundles(request.build(), this);
    }

    @Override
    public void onNext(StreamBundlesResponse message) {
      received(message, whole);
    }

    @Override
    public void onError(Throwable broken) {
      LOG.log(System.Logger.Level.DEBUG, "the stream of bundles ended", broken);
      onCompleted();
    }

    /** Once: what could not be asked may have been ended by gRPC already. */
    @Override
    public void onCompleted() {
      if (!ended.getAndSet(true)) {
        again(address);
      }
    }
  }

  /** One listener, told the newest state one call at a time. */
  private final class Follower {
    private final Consumer<Map<TrustDomain, Bundle>> listener;
    private @Nullable Map<TrustDomain, Bundle> told;
    private boolean running;

    Follower(Consumer<Map<TrustDomain, Bundle>> listener) {
      this.listener = listener;
    }

    synchronized void tell() {
      if (!running) {
        running = true;
        begin();
      }
    }

    /** News is late where there is no room at the moment, and never lost. */
    private void begin() {
      try {
        workers.execute(this::run);
      } catch (RejectedExecutionException busy) {
        try {
          var _ = timer.schedule(this::begin, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
          LOG.log(System.Logger.Level.DEBUG, "the sidecar stops", stopped);
        }
      }
    }

    private void run() {
      for (Map<TrustDomain, Bundle> next = next(); next != null; next = next()) {
        try {
          listener.accept(next);
        } catch (RuntimeException bug) {
          LOG.log(System.Logger.Level.ERROR, "a listener for bundles failed", bug);
        }
      }
    }

    private synchronized @Nullable Map<TrustDomain, Bundle> next() {
      Map<TrustDomain, Bundle> newest = bundles;
      running = newest != told;
      told = newest;
      return running ? newest : null;
    }
  }
}
