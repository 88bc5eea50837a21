package io.mintmark.kubernetes.policy;

import static io.mintmark.kubernetes.policy.CustomKind.GRANT;
import static io.mintmark.kubernetes.policy.CustomKind.GUARDRAIL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nobody's documents take the memory of others'. */
final class ShelfTest {
  private static final long MIB = 1 << 20;
  private final Shelf shelf = new Shelf(10 * MIB);

  @Test
  void whoTakesTheMostLosesWhatCameLast() {
    put(GRANT, "small/a", MIB);
    put(GRANT, "small/b", MIB);
    for (int i = 0; i < 100; i++) {
      put(GRANT, "evil/%03d".formatted(i), MIB);
    }
    put(GRANT, "late/a", 3 * MIB);
    assertThat(whole()).contains("small/a", "small/b", "late/a", "evil/000").hasSize(7);
    // and the rest is there to be told of
    assertThat(shelf.all()).hasSize(103);
  }

  @Test
  void objectsWithoutNumberAreNotEvenCounted() {
    for (int i = 0; i < 20_000; i++) {
      put(GRANT, "evil/" + i, Shelf.BASE);
    }
    put(GRANT, "small/a", MIB);
    assertThat(shelf.all().size()).isLessThanOrEqualTo((int) (10 * MIB / Shelf.BASE));
    assertThat(whole()).contains("small/a");
  }

  @Test
  void manyNamespacesTogetherTakeNothingFromThePlatform() {
    put(GUARDRAIL, "g", 2 * MIB);
    for (int i = 0; i < 1_000; i++) {
      put(GRANT, "evil-" + i + "/a", MIB);
    }
    assertThat(whole()).contains("g").hasSizeLessThan(10);
  }

  @Test
  void whatHadNoRoomIsAskedForWhenThereIsSome() {
    put(GRANT, "a/first", 6 * MIB);
    put(GRANT, "a/second", 6 * MIB);
    assertThat(whole()).containsExactly("a/first");
    assertThat(shelf.isHungry(GRANT)).isFalse();
    shelf.remove(resource(GRANT, "a/first"));
    assertThat(shelf.isHungry(GRANT)).isTrue();
    assertThat(shelf.isHungry(GRANT)).isFalse();
    put(GRANT, "a/second", 6 * MIB);
    assertThat(whole()).containsExactly("a/second");
  }

  @Test
  void conditionsTakeTheRoomOfWhatIsCompiledOfThem() {
    String spec = "{when: '%s'}".formatted("x".repeat(4_000));
    for (int i = 0; i < 100; i++) {
      CustomResource grant = Cluster.resource(GRANT, "evil/" + i, spec, "2026-11-22T10:00:00Z");
      shelf.put(Shelf.Kept.of(grant, MissingNode.getInstance(), 8_000));
    }
    // 10 MiB by what is compiled, though less than one by their texts
    assertThat(whole()).hasSizeLessThan(40).hasSizeGreaterThan(30);
  }

  @Test
  void whatAListDoesNotHaveIsGoneAndOtherKindsStay() {
    put(GRANT, "a/x", MIB);
    put(GRANT, "a/y", MIB);
    put(GUARDRAIL, "g", MIB);
    shelf.keepOnly(GRANT, Set.of("Grant a/y"));
    assertThat(whole()).containsExactly("a/y", "g");
    put(GRANT, "b/z", 8 * MIB);
    assertThat(whole()).containsExactly("a/y", "b/z", "g");
  }

  private List<String> whole() {
    return shelf.all().stream()
        .map(Shelf.Kept::resource)
        .filter(one -> one.objection().isEmpty())
        .map(CustomResource::qualified)
        .toList();
  }

  private void put(CustomKind kind, String where, long weight) {
    shelf.put(new Shelf.Kept(resource(kind, where), MissingNode.getInstance(), weight));
  }

  private static CustomResource resource(CustomKind kind, String where) {
    return Cluster.resource(kind, where, "{}", "2026-11-22T10:00:00Z");
  }
}
