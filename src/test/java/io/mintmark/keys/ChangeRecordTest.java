package io.mintmark.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.storage.memory.MemoryKeyStore;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No record, no change: an insider who fills the disk first changes no key unseen. */
final class ChangeRecordTest {
  private final TestRing test = new TestRing();
  private final List<String> lines = new ArrayList<>();
  private boolean full;

  private final ChangeRecord record =
      new ChangeRecord() {
        @Override
        public void keep(List<KeyEvent> change) throws IOException {
          if (full) {
            throw new IOException("the disk is full");
          }
          change.forEach(event -> lines.add(event.step().word()));
        }

        @Override
        public void notMade(List<KeyEvent> change) {
          change.forEach(event -> lines.add("not " + event.step().word()));
        }
      };

  @Test
  void aChangeThatCannotBeRecordedIsNotMade() throws Exception {
    test.ring().recordedBy(record);
    String prepared = prepare();
    List<KeyView> before = test.ring().views(test.now());
    byte[] jwks = test.ring().jwks();
    full = true;
    assertThatThrownBy(
            () -> test.ring().prepare(KeyUse.JWT_SVID, SignatureAlgorithm.ES256, test.now()))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> test.ring().activate(KeyUse.ACCESS_TOKEN, prepared, true, test.now()))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> test.ring().revoke(KeyUse.ACCESS_TOKEN, prepared, test.now()))
        .isInstanceOf(IOException.class);
    assertThat(test.ring().views(test.now())).isEqualTo(before);
    assertThat(test.ring().jwks()).isEqualTo(jwks);
    assertThat(test.store.load().keys()).hasSameSizeAs(before);
    full = false;
    test.ring().activate(KeyUse.ACCESS_TOKEN, prepared, true, test.now());
    assertThat(lines).containsExactly("prepared", "retiring", "activated");
  }

  @Test
  void aChangeThatCouldNotBeKeptIsSaidNotToHaveBeenMade() throws Exception {
    FailingStore store = new FailingStore();
    TestRing failing = new TestRing(KeySettings.defaults(TestRing.DOMAIN), store);
    failing.ring().recordedBy(record);
    store.fails = true;
    assertThatThrownBy(
            () -> failing.ring().prepare(KeyUse.JWT_SVID, SignatureAlgorithm.ES256, failing.now()))
        .isInstanceOf(IOException.class);
    assertThat(lines).containsExactly("prepared", "not prepared");
  }

  @Test
  void whatOpeningTheRingChangedIsRecordedAsSoonAsThereIsARecord() throws Exception {
    KeyRing opened = opened();
    opened.prepare(KeyUse.JWT_SVID, SignatureAlgorithm.ES256, test.now());
    assertThat(lines).isEmpty();
    opened.recordedBy(record);
    assertThat(lines).contains("prepared", "activated").endsWith("prepared");
    int recorded = lines.size();
    opened.recordedBy(record);
    assertThat(lines).hasSize(recorded);
  }

  @Test
  void whatOpeningTheRingChangedAndCannotBeRecordedFailsTheStart() throws Exception {
    full = true;
    KeyRing opened = opened();
    assertThatThrownBy(() -> opened.recordedBy(record)).isInstanceOf(IOException.class);
  }

  /** The policy folder offers its documents again; the second time must not find it all done. */
  @Test
  void aDemandThatFailedIsMetWhenItIsMadeAgain() throws Exception {
    test.ring().recordedBy(record);
    test.tick();
    full = true;
    Set<SignatureAlgorithm> wanted = Set.of(SignatureAlgorithm.RS256);
    assertThatThrownBy(() -> test.ring().demand(wanted, test.now()))
        .isInstanceOf(IOException.class);
    full = false;
    test.ring().demand(wanted, test.now());
    assertThat(test.ring().views(test.now()))
        .anyMatch(key -> key.algorithm() == SignatureAlgorithm.RS256);
  }

  private KeyRing opened() throws IOException {
    return KeyRing.open(
        KeySettings.defaults(TestRing.DOMAIN),
        new MemoryKeyStore(),
        Set.of(),
        () -> 17,
        test.now());
  }

  private String prepare() throws IOException {
    return switch (test.ring().prepare(KeyUse.ACCESS_TOKEN, SignatureAlgorithm.ES256, test.now())) {
      case KeyCommand.Done done -> done.key().id();
      case KeyCommand.Refused refused -> throw new AssertionError(refused.message());
    };
  }
}
