package io.mintmark.storage.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.evidence.LastGood;
import io.mintmark.jose.Jwk;
import io.mintmark.keys.KeptKey;
import io.mintmark.keys.KeyRingStore.Contents;
import io.mintmark.keys.KeyState;
import io.mintmark.keys.KeyUse;
import io.mintmark.keys.SigningKey;
import io.mintmark.keys.TestRing;
import io.mintmark.powerloss.PowerLoss;
import io.mintmark.powerloss.Volume;
import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Power may go after any call: a key store holds what it held before or after, and all of it. */
class KeyPowerLossTest {
  private static final long SEED = 20261122;

  private final Volume volume = new Volume();

  /** The place, in the order of changes, that was durable after so many calls to the disk. */
  private final TreeMap<Integer, Integer> saved = new TreeMap<>();

  @Test
  void keysThatWereSavedAreThereAndNoHalfOfAChangeIs() throws Exception {
    List<List<String>> history = new ArrayList<>();
    FileKeyStore store = new FileKeyStore(volume.path("/data/keys"));
    store.load();
    remember(history, List.of());
    List<KeptKey> keys = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      keys.add(key(store.generate(SignatureAlgorithm.ES256)));
      if (keys.size() > 2) {
        keys.removeFirst();
      }
      store.save(new Contents(i + 1, keys));
      remember(history, ids(keys));
    }
    PowerLoss loss =
        new PowerLoss(60, SEED)
            .replay(
                volume,
                saved.firstKey(),
                (left, calls, what) -> {
                  int sure = saved.floorEntry(calls).getValue();
                  Contents found = new FileKeyStore(left.path("/data/keys")).load();
                  int place = (int) found.sequence();
                  assertThat(place).as(what).isBetween(sure, Math.min(sure + 1, 4));
                  assertThat(ids(found.keys())).as(what).isEqualTo(history.get(place));
                });
    System.out.println("power loss, keys, seed " + SEED + ": " + loss.counts());
    assertThat(loss.survivors()).isGreaterThan(50);
  }

  private void remember(List<List<String>> history, List<String> ids) {
    saved.put(volume.calls(), history.size());
    history.add(ids);
  }

  private static List<String> ids(List<KeptKey> keys) {
    return keys.stream().map(KeptKey::id).toList();
  }

  private static KeptKey key(SigningKey key) {
    return new KeptKey(
        Jwk.thumbprint(key.publicKey()),
        KeyUse.JWT_SVID,
        SignatureAlgorithm.ES256,
        KeyState.ACTIVE,
        TestRing.START,
        TestRing.START,
        key,
        null,
        false);
  }

  /** What is kept of others is for comfort: older or nothing will do, damaged will not. */
  @Test
  void keptKeysOfOthersAreTheOldOrTheNewOnesAndNeverDamaged() throws Exception {
    Files.createDirectory(volume.path("/data"));
    FileLastGood store = new FileLastGood(volume.path("/data/trust"));
    for (String content : List.of("one".repeat(400), "two".repeat(500))) {
      store.save(
          "place", new LastGood.Kept(TestRing.START, content.getBytes(StandardCharsets.UTF_8)));
    }
    PowerLoss loss =
        new PowerLoss(100, SEED)
            .replay(
                volume,
                0,
                (left, calls, what) -> {
                  if (Files.exists(left.path("/data"))) {
                    FileLastGood after = new FileLastGood(left.path("/data/trust"));
                    assertThat(after.load("place"))
                        .as(what)
                        .isNotInstanceOf(LastGood.Unusable.class);
                  }
                });
    System.out.println("power loss, keys of others, seed " + SEED + ": " + loss.counts());
    assertThat(loss.survivors()).isGreaterThan(20);
  }
}
