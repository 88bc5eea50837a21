package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.api.http.Seldom;
import io.mintmark.keys.TestRing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The certificate that each handshake gets. */
final class ServerTlsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final List<String> log = new ArrayList<>();
  private final TestRing keys = new TestRing();

  @Test
  void whoeverConnectsWhileThereIsNoKeyDoesNotFillTheLog() {
    ServerTls tls =
        ServerTls.own(
            keys.ring(),
            List.of("localhost"),
            InstantSource.fixed(TestRing.START.plus(Duration.ofDays(3650))),
            new Seldom(nanos::get, log::add));
    for (int i = 0; i < 1_000; i++) {
      assertThat(tls.chooseEngineServerAlias("EC", null, null)).isNull();
    }
    assertThat(log).singleElement().asString().startsWith("no server certificate: ");

    nanos.addAndGet(Duration.ofSeconds(11).toNanos());
    tls.chooseEngineServerAlias("EC", null, null);
    assertThat(log).hasSize(2);
    assertThat(log.getLast()).contains("999 more");
  }
}
