package io.mintmark.powerloss;

import io.mintmark.powerloss.DiskCall.Changed;
import io.mintmark.powerloss.DiskCall.Edit;
import io.mintmark.powerloss.DiskCall.Forced;
import io.mintmark.powerloss.DiskCall.Made;
import io.mintmark.powerloss.DiskCall.Named;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that a loss of power may leave after each call to a disk. Nothing counts as durable but what
 * a force has returned from: of writes after it any sectors are there and any are not, in any
 * order, and the file has any length between; names that were not forced are there or not, each for
 * itself; where a file grew, zeros or another file's old bytes may show. Few survivors are
 * enumerated, of many a seeded sample is taken.
 */
public final class PowerLoss {
  static final int SECTOR = 512;

  /** Looks at one survivor. */
  public interface Survivor {
    void check(Volume volume, int calls, String what) throws Exception;
  }

  private record Pending(Named change, Set<Integer> unforced) {}

  private final int most;
  private final Random random;
  private final Map<Integer, Map<String, Integer>> folders = new TreeMap<>();
  private final Map<Integer, byte[]> durable = new TreeMap<>();
  private final Map<Integer, List<byte[]>> versions = new TreeMap<>();
  private final List<Pending> names = new ArrayList<>();
  private boolean oldBytes;
  private int survivors;
  private int enumerated;
  private int points;

  /**
   * @param most of a point that has more survivors so many are sampled
   * @param seed of the sample
   */
  public PowerLoss(int most, long seed) {
    this.most = most;
    this.random = new Random(seed);
    folders.put(Volume.ROOT, new TreeMap<>());
  }

  /** Begins anew with a disk that holds something durable; the counts go on. */
  public PowerLoss again(Volume disk) {
    folders.clear();
    disk.folders.forEach((node, entries) -> folders.put(node, new TreeMap<>(entries)));
    durable.clear();
    durable.putAll(disk.files);
    versions.clear();
    names.clear();
    return this;
  }

  /** Where a file grew, old bytes of a file that was deleted may show, instead of zeros. */
  public PowerLoss withOldBytes() {
    oldBytes = true;
    return this;
  }

  /**
   * Cuts the power after each call of a recording that began with an empty disk.
   *
   * @param from the first call of interest
   */
  public PowerLoss replay(Volume volume, int from, Survivor check) throws Exception {
    List<DiskCall> calls = volume.recording();
    for (int i = 0; i < calls.size(); i++) {
      take(calls.get(i));
      if (i + 1 >= from && !(calls.get(i) instanceof Made)) {
        points++;
        point(i + 1, check);
      }
    }
    return this;
  }

  /** Cuts the power within each write, after each of its bytes, with all before it there. */
  public PowerLoss everyByte(Volume volume, int from, Survivor check) throws Exception {
    List<DiskCall> calls = volume.recording();
    for (int i = 0; i < calls.size(); i++) {
      if (i >= from && calls.get(i) instanceof Changed changed) {
        points++;
        enumerated++;
        prefixes(changed, i, check);
      }
      take(calls.get(i));
    }
    return this;
  }

  /** What was done, in figures. */
  public String counts() {
    return "%d survivors of %d points, of which %d points in full"
        .formatted(survivors, points, enumerated);
  }

  public int survivors() {
    return survivors;
  }

  private void take(DiskCall call) {
    switch (call) {
      case Made made -> {
        if (made.folder()) {
          folders.put(made.node(), new TreeMap<>());
        } else {
          durable.put(made.node(), new byte[0]);
        }
      }
      case Named named -> {
        Set<Integer> touched = new HashSet<>();
        named.edits().forEach(edit -> touched.add(edit.folder()));
        names.add(new Pending(named, touched));
      }
      case Changed changed ->
          versions
              .computeIfAbsent(changed.file(), file -> new ArrayList<>())
              .add(changed.content());
      case Forced forced -> force(forced.node());
    }
  }

  private void force(int node) {
    List<byte[]> written = versions.remove(node);
    if (written != null) {
      durable.put(node, written.getLast());
    }
    names.forEach(pending -> pending.unforced().remove(node));
    for (Pending pending : List.copyOf(names)) {
      if (pending.unforced().isEmpty()) {
        pending.change().edits().forEach(edit -> Volume.apply(edit, folders));
        names.remove(pending);
      }
    }
  }

  /** A write that got so far and no further, with all before it there. */
  private void prefixes(Changed write, int calls, Survivor check) throws Exception {
    for (int length = write.from() + 1; length < write.content().length; length++) {
      Map<Integer, byte[]> files = new TreeMap<>(durable);
      versions.forEach((file, written) -> files.put(file, written.getLast()));
      files.put(write.file(), Arrays.copyOf(write.content(), length));
      check(new Volume(named(-1), files), calls, "cut at byte " + length, check);
    }
  }

  private void point(int calls, Survivor check) throws Exception {
    List<Torn> torn = new ArrayList<>();
    versions.forEach((file, written) -> torn.add(Torn.of(file, held(file), written)));
    double all = Math.scalb(1.0, names.size());
    for (Torn file : torn) {
      all *= file.ways();
    }
    if (all <= most && !oldBytes) {
      enumerated++;
      for (long way = 0; way < (long) all; way++) {
        long rest = way >> names.size();
        Map<Integer, byte[]> files = new TreeMap<>(durable);
        for (Torn file : torn) {
          files.put(file.file(), file.survivor(rest % (long) file.ways()));
          rest /= (long) file.ways();
        }
        long mask = way & ((1L << names.size()) - 1);
        check(new Volume(named(mask), files), calls, "way " + way, check);
      }
    }
    int samples = all <= most && !oldBytes ? 0 : most;
    for (int i = 0; i < samples; i++) {
      Map<Integer, byte[]> files = new TreeMap<>(durable);
      for (Torn file : torn) {
        files.put(file.file(), oldBytes ? file.withOldBytes(random) : file.sample(random));
      }
      check(new Volume(named(random.nextLong()), files), calls, "sample " + i, check);
    }
  }

  private byte[] held(int file) {
    return durable.getOrDefault(file, new byte[0]);
  }

  private void check(Volume volume, int calls, String what, Survivor check) throws Exception {
    survivors++;
    check.check(volume, calls, "after call " + calls + ", " + what);
  }

  /** The names with those of the pending changes that the bits say. */
  private Map<Integer, Map<String, Integer>> named(long bits) {
    Map<Integer, Map<String, Integer>> survived = new TreeMap<>();
    folders.forEach((node, entries) -> survived.put(node, new TreeMap<>(entries)));
    for (int i = 0; i < names.size(); i++) {
      if ((bits >> i & 1) == 1) {
        for (Edit edit : names.get(i).change().edits()) {
          Volume.apply(edit, survived);
        }
      }
    }
    return survived;
  }
}
