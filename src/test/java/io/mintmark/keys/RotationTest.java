package io.mintmark.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RotationTest {
  private final TestRing test = new TestRing();

  @Test
  void theFirstStartMakesOneActiveKeyOfEachUse() {
    for (KeyUse use : KeyUse.values()) {
      assertThat(test.only(use, KeyState.ACTIVE).notBefore()).isEqualTo(TestRing.START);
    }
    assertThat(test.ring().views(test.now())).hasSize(4);
  }

  @Test
  void aSecondStartKeepsTheKeys() {
    List<String> before = ids();
    test.reopened(Set.of());
    assertThat(ids()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(
      value = KeyUse.class,
      names = {"ACCESS_TOKEN", "JWT_SVID", "X509_AUTHORITY"})
  void aSuccessorIsPublishedForTheWholeLeadBeforeItSigns(KeyUse use) {
    String first = test.only(use, KeyState.ACTIVE).id();
    test.live(Duration.ofDays(7).minusMinutes(31));
    assertThat(test.all(use, KeyState.PREPARED)).isEmpty();
    test.live(Duration.ofMinutes(1));
    String second = test.only(use, KeyState.PREPARED).id();
    test.live(Duration.ofMinutes(29));
    assertThat(test.only(use, KeyState.ACTIVE).id()).isEqualTo(first);
    test.live(Duration.ofMinutes(1));
    assertThat(test.only(use, KeyState.ACTIVE).id()).isEqualTo(second);
    assertThat(test.only(use, KeyState.RETIRING).id()).isEqualTo(first);
  }

  @Test
  void aRetiringKeyStaysUntilTheLongestCredentialHasExpired() {
    test.live(Duration.ofDays(7));
    String old = test.only(KeyUse.ACCESS_TOKEN, KeyState.RETIRING).id();
    test.live(Duration.ofHours(27).minusMinutes(1));
    assertThat(test.only(KeyUse.ACCESS_TOKEN, KeyState.RETIRING).id()).isEqualTo(old);
    test.live(Duration.ofMinutes(1));
    assertThat(test.all(KeyUse.ACCESS_TOKEN, KeyState.RETIRING)).isEmpty();
    assertThat(test.events)
        .anyMatch(e -> e.step() == KeyEvent.Step.REMOVED && e.key().id().equals(old));
  }

  @Test
  void anAlgorithmThatNobodyAsksForAnyMoreEndsWithItsKey() {
    TestRing wanted = new TestRing(SignatureAlgorithm.RS256);
    wanted.live(Duration.ofDays(7).minusMinutes(10));
    assertThat(algorithms(wanted, KeyState.PREPARED))
        .containsExactlyInAnyOrder(SignatureAlgorithm.ES256, SignatureAlgorithm.RS256);
    wanted.reopened(Set.of());
    wanted.live(Duration.ofMinutes(1));
    assertThat(algorithms(wanted, KeyState.PREPARED)).containsExactly(SignatureAlgorithm.ES256);
    assertThat(algorithms(wanted, KeyState.ACTIVE))
        .containsExactlyInAnyOrder(SignatureAlgorithm.ES256, SignatureAlgorithm.RS256);
    wanted.live(Duration.ofMinutes(10));
    assertThat(algorithms(wanted, KeyState.ACTIVE)).containsExactly(SignatureAlgorithm.ES256);
    assertThat(algorithms(wanted, KeyState.RETIRING)).contains(SignatureAlgorithm.RS256);
    wanted.live(Duration.ofHours(28));
    assertThat(algorithms(wanted, KeyState.RETIRING)).doesNotContain(SignatureAlgorithm.RS256);
  }

  private static List<SignatureAlgorithm> algorithms(TestRing ring, KeyState state) {
    return ring.all(KeyUse.ACCESS_TOKEN, state).stream().map(KeyView::algorithm).toList();
  }

  @Test
  void theCheckpointKeyIsNeverRotated() {
    String first = test.only(KeyUse.CHECKPOINT, KeyState.ACTIVE).id();
    test.pass(Duration.ofDays(3650));
    test.live(Duration.ofHours(2));
    assertThat(test.only(KeyUse.CHECKPOINT, KeyState.ACTIVE).id()).isEqualTo(first);
    assertThat(test.all(KeyUse.CHECKPOINT, KeyState.PREPARED)).isEmpty();
  }

  @Test
  void anHourBackRetiresAndActivatesNothing() {
    test.live(Duration.ofDays(7).minusMinutes(10));
    List<KeyView> before = test.ring().views(test.now());
    test.jump(Duration.ofHours(-1));
    test.tick();
    assertThat(test.ring().views(test.now()))
        .extracting(KeyView::id, KeyView::state)
        .containsExactlyElementsOf(before.stream().map(v -> tuple(v.id(), v.state())).toList());
    test.live(Duration.ofHours(2));
    assertThat(test.all(KeyUse.ACCESS_TOKEN, KeyState.ACTIVE)).hasSize(1);
  }

  @Test
  void anHourBackRightAfterTheStartLeavesTheAuthorityUsable() throws KeysUnavailable {
    test.jump(Duration.ofHours(-1));
    test.tick();
    assertThat(test.ring().authority(test.now())).isNotNull();
  }

  @Test
  void aYearForwardAndBackRemovesNoKey() {
    test.live(Duration.ofDays(7).plusMinutes(5));
    String retiring = test.only(KeyUse.JWT_SVID, KeyState.RETIRING).id();
    String active = test.only(KeyUse.JWT_SVID, KeyState.ACTIVE).id();
    test.jump(Duration.ofDays(365));
    test.live(Duration.ofMinutes(5));
    test.jump(Duration.ofDays(-365));
    test.live(Duration.ofMinutes(5));
    assertThat(test.all(KeyUse.JWT_SVID, KeyState.RETIRING))
        .extracting(KeyView::id)
        .contains(retiring);
    assertThat(test.only(KeyUse.JWT_SVID, KeyState.ACTIVE).id()).isEqualTo(active);
  }

  @Test
  void aSuccessorMadeInAFutureThatWasTakenBackStillTakesOver() {
    test.live(Duration.ofDays(1));
    test.jump(Duration.ofDays(300));
    test.tick();
    assertThat(test.all(KeyUse.ACCESS_TOKEN, KeyState.PREPARED)).hasSize(1);
    test.jump(Duration.ofDays(-300));
    test.tick();
    String prepared = test.only(KeyUse.ACCESS_TOKEN, KeyState.PREPARED).id();
    test.live(Duration.ofDays(8));
    assertThat(test.only(KeyUse.ACCESS_TOKEN, KeyState.ACTIVE).id()).isEqualTo(prepared);
  }

  @Test
  void timeSpentStoppedIsNotTimePublished() {
    test.live(Duration.ofDays(7).minusMinutes(29));
    String prepared = test.only(KeyUse.ACCESS_TOKEN, KeyState.PREPARED).id();
    test.pass(Duration.ofDays(2));
    test.reopened(Set.of());
    assertThat(test.only(KeyUse.ACCESS_TOKEN, KeyState.ACTIVE).id()).isNotEqualTo(prepared);
    test.live(Duration.ofMinutes(30));
    assertThat(test.only(KeyUse.ACCESS_TOKEN, KeyState.ACTIVE).id()).isEqualTo(prepared);
  }

  @Test
  void anAuthorityThatExpiredWhileTheBrokerWasDownIsReplacedAtOnce() throws KeysUnavailable {
    test.pass(Duration.ofDays(60));
    test.reopened(Set.of());
    assertThat(test.ring().authority(test.now()).notAfter()).isAfter(test.now());
  }

  @Test
  void anAlgorithmDemandedBeforeTheFirstTickSignsAtOnce() throws Exception {
    test.ring().demand(EnumSet.of(SignatureAlgorithm.RS256), test.now());
    assertThat(test.ring().tokenKey(SignatureAlgorithm.RS256)).isNotNull();
  }

  @Test
  void anAlgorithmDemandedAfterARestartWaitsAsAnyOther() throws Exception {
    test.reopened(Set.of());
    test.ring().demand(EnumSet.of(SignatureAlgorithm.RS256), test.now());
    assertThat(test.only(KeyUse.ACCESS_TOKEN, KeyState.PREPARED).algorithm())
        .isEqualTo(SignatureAlgorithm.RS256);
  }

  @Test
  void anAlgorithmDemandedLaterSignsAfterTheLead() throws Exception {
    test.tick();
    test.ring().demand(EnumSet.of(SignatureAlgorithm.RS256), test.now());
    assertThat(test.only(KeyUse.ACCESS_TOKEN, KeyState.PREPARED).algorithm())
        .isEqualTo(SignatureAlgorithm.RS256);
    assertThatThrownBy(() -> test.ring().tokenKey(SignatureAlgorithm.RS256))
        .isInstanceOf(KeysUnavailable.class)
        .hasMessageContaining("RS256");
    test.live(Duration.ofMinutes(30));
    assertThat(test.ring().tokenKey(SignatureAlgorithm.RS256).algorithm())
        .isEqualTo(SignatureAlgorithm.RS256);
    assertThat(test.ring().tokenKey(null).algorithm()).isEqualTo(SignatureAlgorithm.ES256);
  }

  @Test
  void anAlgorithmThatNobodyAsksForEndsWithItsKey() throws Exception {
    TestRing both = new TestRing(SignatureAlgorithm.EDDSA);
    both.ring().demand(Set.of(), both.now());
    both.live(Duration.ofDays(7));
    assertThat(both.all(KeyUse.ACCESS_TOKEN, KeyState.ACTIVE))
        .extracting(KeyView::algorithm)
        .containsExactly(SignatureAlgorithm.ES256);
    both.live(Duration.ofHours(27));
    assertThat(both.ring().views(both.now()))
        .noneMatch(
            v -> v.use() == KeyUse.ACCESS_TOKEN && v.algorithm() == SignatureAlgorithm.EDDSA);
  }

  @Test
  void aNewDefaultAlgorithmTakesOverOnlyWhenItIsKnown() throws Exception {
    KeySettings defaults = KeySettings.defaults(TestRing.DOMAIN);
    KeySettings changed =
        new KeySettings(
            defaults.trustDomain(),
            List.of(SignatureAlgorithm.PS256),
            SignatureAlgorithm.ES384,
            new KeySettings.OwnRoot(SignatureAlgorithm.ES384),
            defaults.lifetime(),
            defaults.prepareLead(),
            defaults.longestCredential(),
            defaults.refreshHint());
    TestRing after = new TestRing(changed, test.store);
    assertThat(after.ring().tokenKey(null).algorithm()).isEqualTo(SignatureAlgorithm.ES256);
    assertThat(after.ring().svidKey().algorithm()).isEqualTo(SignatureAlgorithm.ES256);
    after.live(Duration.ofMinutes(31));
    assertThat(after.ring().tokenKey(null).algorithm()).isEqualTo(SignatureAlgorithm.PS256);
    assertThat(after.ring().svidKey().algorithm()).isEqualTo(SignatureAlgorithm.ES384);
    assertThat(after.only(KeyUse.X509_AUTHORITY, KeyState.ACTIVE).algorithm())
        .isEqualTo(SignatureAlgorithm.ES384);
  }

  @Test
  void theBundlesSequenceGrowsWithEveryChange() throws IOException {
    Long before = test.ring().bundle().sequence();
    test.ring().prepare(KeyUse.JWT_SVID, SignatureAlgorithm.ES256, test.now());
    assertThat(test.ring().bundle().sequence()).isGreaterThan(before);
    test.tick();
    Long after = test.ring().bundle().sequence();
    test.tick();
    assertThat(test.ring().bundle().sequence()).isEqualTo(after);
  }

  @Test
  void aStoreThatFailsLeavesTheRingAsItWas() {
    FailingStore store = new FailingStore();
    TestRing failing = new TestRing(KeySettings.defaults(TestRing.DOMAIN), store);
    List<KeyView> before = failing.ring().views(failing.now());
    byte[] jwks = failing.ring().jwks();
    store.fails = true;
    assertThatThrownBy(
            () -> failing.ring().prepare(KeyUse.JWT_SVID, SignatureAlgorithm.ES256, failing.now()))
        .isInstanceOf(IOException.class);
    assertThat(failing.ring().views(failing.now())).isEqualTo(before);
    assertThat(failing.ring().jwks()).isEqualTo(jwks);
  }

  private List<String> ids() {
    return test.ring().views(test.now()).stream().map(KeyView::id).toList();
  }
}
