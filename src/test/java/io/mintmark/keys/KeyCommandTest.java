package io.mintmark.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyCommandTest {
  private final TestRing test = new TestRing();

  @ParameterizedTest
  @EnumSource(
      value = KeyUse.class,
      names = {"ACCESS_TOKEN", "JWT_SVID", "X509_AUTHORITY"})
  void aKeyIsReplacedByHandWithoutAGap(KeyUse use) throws IOException {
    String first = test.only(use, KeyState.ACTIVE).id();
    KeyView prepared = done(test.ring().prepare(use, SignatureAlgorithm.ES256, test.now()));
    test.live(Duration.ofMinutes(30));
    done(test.ring().activate(use, prepared.id(), false, test.now()));
    assertThat(test.only(use, KeyState.ACTIVE).id()).isEqualTo(prepared.id());
    assertThat(test.only(use, KeyState.RETIRING).id()).isEqualTo(first);
    done(test.ring().revoke(use, first, test.now()));
    assertThat(test.ring().views(test.now())).noneMatch(view -> view.id().equals(first));
    assertThat(test.events)
        .extracting(KeyEvent::step)
        .containsExactly(
            KeyEvent.Step.PREPARED,
            KeyEvent.Step.RETIRING,
            KeyEvent.Step.ACTIVATED,
            KeyEvent.Step.REMOVED);
  }

  @Test
  void aKeyThatVerifiersCannotHaveIsNotActivatedUnlessForced() throws IOException {
    KeyView prepared = prepare();
    test.live(Duration.ofMinutes(29));
    assertThat(refused(test.ring().activate(KeyUse.JWT_SVID, prepared.id(), false, test.now())))
        .contains("has not been published for PT30M");
    done(test.ring().activate(KeyUse.JWT_SVID, prepared.id(), true, test.now()));
    assertThat(test.only(KeyUse.JWT_SVID, KeyState.ACTIVE).id()).isEqualTo(prepared.id());
  }

  @Test
  void aSteadyClockDoesNotShortenTheLead() throws IOException {
    test.live(Duration.ofHours(1));
    KeyView prepared = prepare();
    test.live(Duration.ofMinutes(29));
    assertThat(refused(test.ring().activate(KeyUse.JWT_SVID, prepared.id(), false, test.now())))
        .contains("has not been published for PT30M");
  }

  @Test
  void aClockThatWasSetForwardDoesNotMakeAKeyKnown() throws IOException {
    test.live(Duration.ofHours(1));
    KeyView prepared = prepare();
    test.jump(Duration.ofHours(1));
    assertThat(refused(test.ring().activate(KeyUse.JWT_SVID, prepared.id(), false, test.now())))
        .contains("has not been published");
  }

  @Test
  void theLastActiveKeyIsNeverRevoked() throws IOException {
    for (KeyUse use : KeyUse.values()) {
      String active = test.only(use, KeyState.ACTIVE).id();
      assertThat(refused(test.ring().revoke(use, active, test.now()))).contains("only active one");
    }
    assertThat(test.ring().views(test.now())).hasSize(4);
  }

  @Test
  void aSecondSuccessorIsRefused() throws IOException {
    prepare();
    assertThat(refused(test.ring().prepare(KeyUse.JWT_SVID, SignatureAlgorithm.ES256, test.now())))
        .contains("is prepared already");
  }

  @Test
  void anActiveOrRetiringKeyIsNotActivated() throws IOException {
    String active = test.only(KeyUse.JWT_SVID, KeyState.ACTIVE).id();
    assertThat(refused(test.ring().activate(KeyUse.JWT_SVID, active, true, test.now())))
        .contains("is active");
    KeyView prepared = prepare();
    done(test.ring().activate(KeyUse.JWT_SVID, prepared.id(), true, test.now()));
    assertThat(refused(test.ring().activate(KeyUse.JWT_SVID, active, true, test.now())))
        .contains("is retiring");
  }

  @ParameterizedTest
  @CsvSource({
    "CHECKPOINT, EDDSA, is not rotated",
    "CHECKPOINT, ES256, is not rotated",
    "ACCESS_TOKEN, RS256, no setting and no resource",
    "ACCESS_TOKEN, ES512, no setting and no resource",
    "JWT_SVID, EDDSA, signed with ES256",
    "JWT_SVID, ES384, signed with ES256",
    "X509_AUTHORITY, ES384, sign with ES256",
    "X509_AUTHORITY, RS256, sign with ES256"
  })
  void whatNoSettingAsksForIsNotPrepared(KeyUse use, SignatureAlgorithm algorithm, String why)
      throws IOException {
    assertThat(refused(test.ring().prepare(use, algorithm, test.now()))).contains(why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "../../etc/passwd",
        "\"\n\u001b[31m",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void anUnknownKeyIsNamedHarmlessly(String id) throws IOException {
    String message = refused(test.ring().activate(KeyUse.JWT_SVID, id, true, test.now()));
    assertThat(message).startsWith("there is no jwt-svid key").hasSizeLessThan(100);
    assertThat(message.chars()).allMatch(c -> c >= ' ' && c <= '~');
    assertThat(refused(test.ring().revoke(KeyUse.JWT_SVID, id, test.now())))
        .startsWith("there is no jwt-svid key");
  }

  @Test
  void aKeyIsNotFoundUnderAnotherUse() throws IOException {
    KeyView prepared = prepare();
    assertThat(refused(test.ring().activate(KeyUse.ACCESS_TOKEN, prepared.id(), true, test.now())))
        .startsWith("there is no access-token key");
  }

  private KeyView prepare() throws IOException {
    return done(test.ring().prepare(KeyUse.JWT_SVID, SignatureAlgorithm.ES256, test.now()));
  }

  private static KeyView done(KeyCommand command) {
    return switch (command) {
      case KeyCommand.Done(KeyView key) -> key;
      case KeyCommand.Refused(String message) -> throw new AssertionError(message);
    };
  }

  private static String refused(KeyCommand command) {
    return switch (command) {
      case KeyCommand.Done(KeyView key) -> throw new AssertionError("done: " + key);
      case KeyCommand.Refused(String message) -> message;
    };
  }
}
