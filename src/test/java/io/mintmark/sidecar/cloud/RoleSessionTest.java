package io.mintmark.sidecar.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.sidecar.Threads;
import io.mintmark.sidecar.cloud.TokenService.Outcome;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A role's session over time, by two clocks that the test sets. */
class RoleSessionTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final RolePlan PLAN =
      new RolePlan(
          FakeToken.WANTED,
          RoleArn.parse(StsWords.ROLE),
          "orders-1",
          Duration.ofHours(1),
          URI.create("https://sts.eu-west-1.amazonaws.com"),
          null);

  private final Threads threads = Threads.start(InstantSource.system());
  private final FakeToken token = new FakeToken();
  private final List<String> shown = new ArrayList<>();
  private final List<CompletableFuture<Outcome>> calls = new ArrayList<>();
  private Instant now = START;
  private long nanos;
  private final RoleSession session =
      new RoleSession(
          PLAN,
          (value, at) -> call(value),
          token.surroundings(threads, () -> now),
          () -> nanos,
          () -> 0.5);

  private CompletableFuture<Outcome> call(String value) {
    shown.add(value);
    CompletableFuture<Outcome> call = new CompletableFuture<>();
    calls.add(call);
    return call;
  }

  @BeforeEach
  void begin() {
    session.watch();
    token.become(FakeToken.ready("token-1", START.plusSeconds(300)));
  }

  @AfterEach
  void end() {
    threads.close();
  }

  private void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
    session.look();
  }

  private RoleKeys assumed(int call, Duration life) {
    RoleKeys keys = new RoleKeys("ASIAEXAMPLE00000" + call, "secret", "session", now.plus(life));
    calls.get(call).complete(new Outcome.Assumed(keys));
    return keys;
  }

  private void refused(int call, String reason) {
    calls.get(call).complete(new Outcome.NotAssumed(reason, "it says " + reason));
  }

  @Test
  void nothingIsHandedOutAtOrAfterItsEnd() {
    assumed(0, Duration.ofSeconds(60));
    now = now.plusSeconds(60);
    assertThat(session.current()).isNotInstanceOf(RoleSession.State.Ready.class);
  }

  @Test
  void aWallClockThatIsSetBackKeepsNothingAlive() {
    RoleKeys keys = assumed(0, Duration.ofSeconds(60));
    assertThat(session.current()).isEqualTo(new RoleSession.State.Ready(keys));
    nanos += Duration.ofSeconds(60).toNanos();
    now = now.minusSeconds(3600);
    assertThat(session.current()).isNotInstanceOf(RoleSession.State.Ready.class);
  }

  @Test
  void anExpiredTokenIsNeverShownToAws() {
    assumed(0, Duration.ofMinutes(15));
    now = START.plusSeconds(300);
    nanos = Duration.ofMinutes(14).toNanos();
    pass(Duration.ofMinutes(10));
    assertThat(shown).containsExactly("token-1");
  }

  @Test
  void aGrantThatIsTakenAwayEndsWhatIsHandedOut() {
    assumed(0, Duration.ofHours(1));
    token.lose("no-grant");
    assertThat(session.current())
        .isEqualTo(new RoleSession.State.Unavailable("no-grant", "the broker said \"no-grant\""));
    assertThat(token.count("sessions", "outcome", "withdrawn")).isEqualTo(1);
  }

  @Test
  void aSessionThatArrivesAfterItsGrantWasTakenAwayIsNotHandedOut() {
    token.lose("guardrail");
    assumed(0, Duration.ofHours(1));
    assertThat(session.current()).isInstanceOf(RoleSession.State.Unavailable.class);
  }

  @Test
  void aBrokerThatIsAwayEndsNothingBeforeItsTime() {
    RoleKeys keys = assumed(0, Duration.ofHours(1));
    token.lose("broker-unreachable");
    pass(Duration.ofMinutes(59));
    assertThat(session.current()).isEqualTo(new RoleSession.State.Ready(keys));
    pass(Duration.ofMinutes(1));
    assertThat(session.current())
        .isEqualTo(
            new RoleSession.State.Unavailable(
                "broker-unreachable", "the broker said \"broker-unreachable\""));
    assertThat(token.count("sessions", "outcome", "lost")).isEqualTo(1);
  }

  @Test
  void itIsRenewedAtHalfOfItsLifeWithTheNewestToken() {
    assumed(0, Duration.ofHours(1));
    token.become(FakeToken.ready("token-2", START.plusSeconds(7200)));
    pass(Duration.ofMinutes(29));
    assertThat(shown).containsExactly("token-1");
    pass(Duration.ofMinutes(1));
    assertThat(shown).containsExactly("token-1", "token-2");
    RoleKeys next = assumed(1, Duration.ofHours(1));
    assertThat(session.current()).isEqualTo(new RoleSession.State.Ready(next));
  }

  @Test
  void whileOneRequestIsOnItsWayThereIsNoOther() {
    pass(Duration.ofSeconds(5));
    token.become(FakeToken.ready("token-2", START.plusSeconds(600)));
    assertThat(shown).hasSize(1);
  }

  @Test
  void pausesGrowAfterFailuresToAMinute() {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      token.become(FakeToken.ready("token", now.plusSeconds(300)));
      refused(i, "AccessDenied");
      long from = nanos;
      while (calls.size() == i + 1) {
        pass(Duration.ofMillis(250));
      }
      pauses.add(Duration.ofNanos(nanos - from).toMillis());
    }
    assertThat(pauses.getFirst()).isBetween(500L, 1250L);
    assertThat(pauses.getLast()).isBetween(30_000L, 60_250L);
    assertThat(session.current())
        .isEqualTo(new RoleSession.State.Unavailable("AccessDenied", "it says AccessDenied"));
  }

  @Test
  void aTokenThatAwsRefusesIsReplacedByANewerOne() {
    refused(0, "InvalidIdentityToken");
    assertThat(token.newer).hasValue(1);
    pass(Duration.ofSeconds(2));
    refused(1, "AccessDenied");
    assertThat(token.newer).hasValue(1);
  }

  @Test
  void aFailedRenewalLeavesTheOldUntilItsEnd() {
    token.become(FakeToken.ready("token-2", START.plusSeconds(7200)));
    RoleKeys keys = assumed(0, Duration.ofMinutes(20));
    pass(Duration.ofMinutes(10));
    refused(1, "sts-unreachable");
    assertThat(session.current()).isEqualTo(new RoleSession.State.Ready(keys));
    pass(Duration.ofMinutes(10));
    assertThat(session.current()).isInstanceOf(RoleSession.State.Unavailable.class);
  }

  @Test
  void afterItsEndNothingIsAskedOrHandedOut() {
    assumed(0, Duration.ofHours(1));
    session.stop();
    pass(Duration.ofMinutes(40));
    assertThat(shown).hasSize(1);
    assertThat(session.current()).isNotInstanceOf(RoleSession.State.Ready.class);
  }
}
