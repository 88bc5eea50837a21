package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.sidecar.delivery.NameLookups;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names whose servers do not answer; workers do nothing before a test lets them. */
class LookupsTest {
  private static final Connector.Permitted ALL =
      new Connector.Permitted() {
        @Override
        public boolean permits(int port) {
          return true;
        }

        @Override
        public boolean permits(InetAddress address) {
          return true;
        }
      };

  private final EventLoop loop = new DefaultEventLoop();
  private final List<Runnable> workers = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    loop.shutdownGracefully();
  }

  private void onLoop(Runnable work) {
    loop.submit(work).syncUninterruptibly();
  }

  @Test
  void namesThatCallersGiveDoNotHoldUpRoutes() {
    Connector connector = connector(NameLookups.on(workers::add));
    Route.Origin origin = origin("localhost");
    List<Promise<?>> tunnels = new ArrayList<>();
    onLoop(
        () -> {
          for (int i = 0; i < 1000; i++) {
            tunnels.add(connector.plain(new Authority("slow" + i + ".example.org", 443), ALL));
          }
        });
    int taken = workers.size();
    assertThat(taken).isEqualTo(2);
    assertThat(tunnels.getLast().cause()).isInstanceOf(Pool.Busy.class);
    onLoop(
        () -> connector.secure(origin, new UpstreamTls(origin, false, new NoTrust(), () -> null)));
    assertThat(workers).hasSize(taken + 1);
  }

  @Test
  void severalProxiesTogetherLeaveWorkersToTheRest() {
    NameLookups lookups = NameLookups.on(workers::add);
    onLoop(
        () -> {
          for (int proxy = 0; proxy < 10; proxy++) {
            Connector connector = connector(lookups);
            for (int i = 0; i < 10; i++) {
              connector.plain(new Authority("slow" + i + ".example.org", 443), ALL);
              Route.Origin origin = origin("slow" + i + ".example.org");
              connector.secure(origin, new UpstreamTls(origin, false, new NoTrust(), () -> null));
            }
          }
        });
    assertThat(workers).hasSize(5);
  }

  @Test
  void aNameThatNobodyWaitsForAnyMoreIsNotLookedUp() {
    Lookups lookups = new Lookups(loop, workers::add, 1, 10);
    List<String> looked = new CopyOnWriteArrayList<>();
    Promise<Void> gone = loop.newPromise();
    onLoop(
        () -> {
          lookups.run(loop.newPromise(), () -> looked.add("first"));
          lookups.run(gone, () -> looked.add("gone"));
          lookups.run(loop.newPromise(), () -> looked.add("last"));
        });
    gone.cancel(false);
    workers.removeFirst().run();
    onLoop(() -> {});
    workers.removeFirst().run();
    onLoop(() -> {});
    assertThat(workers).isEmpty();
    assertThat(looked).containsExactly("first", "last");
  }

  @Test
  void thoseWhoHungUpLeaveTheirPlacesInTheQueue() {
    Lookups lookups = new Lookups(loop, workers::add, 1, 1);
    Promise<Void> gone = loop.newPromise();
    Promise<Void> waiting = loop.newPromise();
    onLoop(
        () -> {
          lookups.run(loop.newPromise(), () -> {});
          lookups.run(gone, () -> {});
          gone.cancel(false);
          lookups.run(waiting, () -> {});
        });
    assertThat(waiting.isDone()).isFalse();
  }

  /** Each ends another's turn, so that one whom the workers refuse must not be the last. */
  @Test
  void whomTheWorkersRefuseHoldsNobodyUp() {
    AtomicBoolean busy = new AtomicBoolean();
    Lookups lookups =
        new Lookups(
            loop,
            task -> {
              if (busy.get()) {
                throw new RejectedExecutionException("busy");
              }
              workers.add(task);
            },
            1,
            10);
    List<Promise<Void>> waiting = List.of(loop.newPromise(), loop.newPromise());
    onLoop(
        () -> {
          lookups.run(loop.newPromise(), () -> {});
          waiting.forEach(promise -> lookups.run(promise, () -> {}));
        });
    busy.set(true);
    workers.removeFirst().run();
    onLoop(() -> {});
    assertThat(waiting)
        .allSatisfy(
            promise -> assertThat(promise.cause()).isInstanceOf(RejectedExecutionException.class));
  }

  private Connector connector(NameLookups lookups) {
    return new Connector(loop, workers::add, lookups, new FakeCredentials(), Duration.ofSeconds(1));
  }

  private static Route.Origin origin(String host) {
    return new Route.Origin(host, 443, new Route.Trusted.Authorities(Path.of("ca")), null);
  }

  private static final class NoTrust implements io.mintmark.sidecar.held.Trust {
    @Override
    public java.util.Map<io.mintmark.workload.TrustDomain, io.mintmark.spiffe.Bundle> bundles() {
      return java.util.Map.of();
    }

    @Override
    public io.mintmark.sidecar.held.Credentials.Watch watch(
        java.util.function.Consumer<
                java.util.Map<io.mintmark.workload.TrustDomain, io.mintmark.spiffe.Bundle>>
            listener) {
      return () -> {};
    }
  }
}
