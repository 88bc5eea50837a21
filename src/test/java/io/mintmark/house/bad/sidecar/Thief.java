package io.mintmark.house.bad.sidecar;

import io.mintmark.house.bad.keys.Absent;
import io.mintmark.house.bad.keys.Ring;
import io.mintmark.house.bad.workload.Proof;
import java.util.List;
import java.util.function.Function;

/** Reaches for keys through an array in a generic signature, and forges proofs. */
public final class Thief {
  List<Ring[]> loot = List.of();
  Function<String, Proof.Bound> forge = Proof.Bound::new;

  Proof forge() throws Absent {
    return new Proof("me");
  }
}
