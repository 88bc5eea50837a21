package io.mintmark.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.storage.memory.MemoryKeyStore;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.security.PublicKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A key whose signatures do not hold, as of a faulty module, never signs. */
final class SelfCheckTest {
  private boolean faulty;
  private boolean broken;
  private final TestRing test =
      new TestRing(KeySettings.defaults(TestRing.DOMAIN), new FaultyKeys());

  @Test
  void anOperatorCannotActivateIt() throws IOException {
    String active = test.only(KeyUse.ACCESS_TOKEN, KeyState.ACTIVE).id();
    var _ = test.ring().prepare(KeyUse.ACCESS_TOKEN, SignatureAlgorithm.ES256, test.now());
    String prepared = test.only(KeyUse.ACCESS_TOKEN, KeyState.PREPARED).id();
    test.live(Duration.ofMinutes(31));
    test.events.clear();
    faulty = true;
    for (boolean force : new boolean[] {false, true}) {
      assertThat(test.ring().activate(KeyUse.ACCESS_TOKEN, prepared, force, test.now()))
          .isInstanceOfSatisfying(
              KeyCommand.Refused.class,
              refused -> assertThat(refused.message()).contains(prepared, "fails its self-check"));
    }
    assertThat(test.only(KeyUse.ACCESS_TOKEN, KeyState.ACTIVE).id()).isEqualTo(active);
    assertThat(test.events).isEmpty();
  }

  @Test
  void aKeyThatFailsToSignIsNoneThatPasses() throws IOException {
    for (KeptKey kept : test.store.load().keys()) {
      assertThat(SelfCheck.passes(kept)).isTrue();
      broken = true;
      assertThat(SelfCheck.passes(kept)).isFalse();
      broken = false;
    }
  }

  @Test
  void whenItsTurnComesItIsRemovedAndTheOldOneGoesOnUntilAnotherHolds() {
    String first = test.only(KeyUse.ACCESS_TOKEN, KeyState.ACTIVE).id();
    Duration lead = test.settings.prepareLead();
    test.live(test.settings.lifetime().minus(lead).plusMinutes(1));
    String prepared = test.only(KeyUse.ACCESS_TOKEN, KeyState.PREPARED).id();
    faulty = true;
    test.live(lead.plusMinutes(1));
    assertThat(test.only(KeyUse.ACCESS_TOKEN, KeyState.ACTIVE).id()).isEqualTo(first);
    assertThat(test.ring().views(test.now())).noneMatch(view -> view.id().equals(prepared));

    faulty = false;
    test.live(lead.plusMinutes(2));
    assertThat(test.only(KeyUse.ACCESS_TOKEN, KeyState.ACTIVE).id()).isNotIn(first, prepared);
    assertThat(test.only(KeyUse.ACCESS_TOKEN, KeyState.RETIRING).id()).isEqualTo(first);
  }

  @Test
  void oneWhoseSignaturesHoldIsNotSaidToBeRemovedWhenItTakesOver() {
    test.live(test.settings.lifetime().plusMinutes(1));
    String active = test.only(KeyUse.ACCESS_TOKEN, KeyState.ACTIVE).id();
    assertThat(test.events)
        .filteredOn(event -> event.key().id().equals(active))
        .extracting(KeyEvent::step)
        .containsExactly(KeyEvent.Step.PREPARED, KeyEvent.Step.ACTIVATED);
  }

  private final class FaultyKeys implements KeyRingStore {
    private final MemoryKeyStore memory = new MemoryKeyStore();

    @Override
    public Contents load() {
      return memory.load();
    }

    @Override
    public SigningKey generate(SignatureAlgorithm algorithm) {
      return new FaultyKey(memory.generate(algorithm));
    }

    @Override
    public void save(Contents contents) throws IOException {
      memory.save(contents);
    }
  }

  private final class FaultyKey implements SigningKey {
    private final SigningKey key;

    FaultyKey(SigningKey key) {
      this.key = key;
    }

    @Override
    public SignatureAlgorithm algorithm() {
      return key.algorithm();
    }

    @Override
    public PublicKey publicKey() {
      return key.publicKey();
    }

    @Override
    public byte[] sign(byte[] message) {
      if (broken) {
        throw new IllegalStateException("the module does not answer");
      }
      byte[] signature = key.sign(message);
      signature[9] ^= faulty ? (byte) 1 : 0;
      return signature;
    }
  }
}
