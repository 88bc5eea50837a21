package io.mintmark.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mintmark.evidence.ReplayGuard.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MemoryReplayGuardTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(300);

  @Test
  void theSecondClaimOfAProofIsAReplayForAsLongAsTheProofLives() {
    var guard = new MemoryReplayGuard(10, NOW);
    assertThat(guard.claim("i", "p", LATER, NOW)).isEqualTo(Claim.FIRST_USE);
    assertThat(guard.claim("i", "p", LATER, NOW)).isEqualTo(Claim.REPLAYED);
    assertThat(guard.claim("i", "p", LATER, LATER.minusNanos(1))).isEqualTo(Claim.REPLAYED);
    assertThat(guard.since()).isEqualTo(NOW);
  }

  @Test
  void aProofIsRememberedForAClockThatIsSetBackALittle() {
    var guard = new MemoryReplayGuard(10, NOW);
    guard.claim("i", "p", LATER, NOW);
    guard.claim("i", "other", LATER.plusSeconds(600), LATER.plusSeconds(60));
    assertThat(guard.claim("i", "p", LATER, LATER.minusSeconds(1))).isEqualTo(Claim.REPLAYED);
  }

  @Test
  void proofsOfTwoIssuersAreTwoProofsEvenWhereTheirNamesRunTogether() {
    var guard = new MemoryReplayGuard(10, NOW);
    assertThat(guard.claim("i", "p", LATER, NOW)).isEqualTo(Claim.FIRST_USE);
    assertThat(guard.claim("j", "p", LATER, NOW)).isEqualTo(Claim.FIRST_USE);
    assertThat(guard.claim("ab", "c", LATER, NOW)).isEqualTo(Claim.FIRST_USE);
    assertThat(guard.claim("a", "bc", LATER, NOW)).isEqualTo(Claim.FIRST_USE);
  }

  @Test
  void aFullGuardRefusesAndForgetsNothingThatLives() {
    var guard = new MemoryReplayGuard(2, NOW);
    guard.claim("i", "1", LATER, NOW);
    guard.claim("i", "2", LATER.plusSeconds(60), NOW);
    assertThat(guard.claim("i", "3", LATER, NOW)).isEqualTo(Claim.FULL);
    assertThat(guard.claim("i", "1", LATER, NOW)).isEqualTo(Claim.REPLAYED);
    assertThat(guard.claim("i", "2", LATER, NOW)).isEqualTo(Claim.REPLAYED);
    assertThat(guard.size()).isEqualTo(2);
  }

  @Test
  void whatExpiredMakesRoomInTheOrderOfExpiry() {
    var guard = new MemoryReplayGuard(2, NOW);
    guard.claim("i", "late", LATER.plusSeconds(3600), NOW);
    guard.claim("i", "early", LATER, NOW);
    Instant past = LATER.plus(Duration.ofMinutes(2));
    assertThat(guard.claim("i", "new", past.plusSeconds(60), past)).isEqualTo(Claim.FIRST_USE);
    assertThat(guard.claim("i", "late", past, past)).isEqualTo(Claim.REPLAYED);
    assertThat(guard.size()).isEqualTo(2);
  }

  @Test
  void aGuardWithoutRoomIsNoGuard() {
    assertThatIllegalArgumentException().isThrownBy(() -> new MemoryReplayGuard(0, NOW));
  }

  @Test
  void ofManyClaimsAtOnceOneWins() throws Exception {
    int threads = 16;
    int proofs = 500;
    var guard = new MemoryReplayGuard(proofs, NOW);
    var start = new CountDownLatch(1);
    List<Future<int[]>> results = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (int t = 0; t < threads; t++) {
        results.add(
            executor.submit(
                () -> {
                  int[] wins = new int[proofs];
                  start.await();
                  for (int p = 0; p < proofs; p++) {
                    if (guard.claim("i", "p" + p, LATER, NOW) == Claim.FIRST_USE) {
                      wins[p]++;
                    }
                  }
                  return wins;
                }));
      }
      start.countDown();
      int[] total = new int[proofs];
      for (Future<int[]> result : results) {
        int[] wins = result.get();
        for (int p = 0; p < proofs; p++) {
          total[p] += wins[p];
        }
      }
      assertThat(total).containsOnly(1);
    }
  }

  /** Against a guard that never forgets: no proof that still lives is taken twice. */
  @Test
  void noLivingProofIsEverTakenTwice() {
    long seed = 42;
    Random random = new Random(seed);
    var guard = new MemoryReplayGuard(50, NOW);
    Map<String, Instant> taken = new HashMap<>();
    Instant now = NOW;
    for (int i = 0; i < 20_000; i++) {
      now = now.plusMillis(random.nextInt(2000));
      String proof = "p" + random.nextInt(200);
      Instant expiresAt = now.plusSeconds(1 + random.nextInt(300));
      Claim claim = guard.claim("i", proof, expiresAt, now);
      Instant living = taken.get(proof);
      if (living != null && living.isAfter(now)) {
        assertThat(claim).as("seed %d step %d", seed, i).isNotEqualTo(Claim.FIRST_USE);
      }
      if (claim == Claim.FIRST_USE) {
        taken.put(proof, expiresAt);
      }
      assertThat(guard.size()).isLessThanOrEqualTo(50);
    }
  }
}
