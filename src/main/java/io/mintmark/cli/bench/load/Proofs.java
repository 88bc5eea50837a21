package io.mintmark.cli.bench.load;

import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * JWT-SVIDs, each of them signed by itself, made before the clock starts. They are of many
 * workloads, since a broker lets one workload have no more than its share.
 */
public final class Proofs {
  public static final int WORKLOADS = 1_000;
  public static final String PATH = "/bench/";

  /** How long they hold, and with them what is measured by them. */
  public static final Duration LIFETIME = Duration.ofHours(1);

  private Proofs() {}

  /**
   * As many distinct ones as are asked for, on all processors.
   *
   * @param data the folder of a broker that runs with {@code --dev}
   * @param audience its issuer
   * @param workloads how many they are of
   */
  public static List<byte[]> make(Path data, String audience, int count, int workloads)
      throws IOException, InterruptedException {
    DevAuthority authority = DevAuthority.open(data, InstantSource.system());
    int processors = Runtime.getRuntime().availableProcessors();
    List<byte[]> all = new ArrayList<>(count);
    try (ExecutorService threads = Executors.newFixedThreadPool(processors)) {
      List<Future<List<byte[]>>> parts = new ArrayList<>();
      for (int part = 0; part < processors; part++) {
        int from = (int) ((long) count * part / processors);
        int to = (int) ((long) count * (part + 1) / processors);
        parts.add(threads.submit(() -> some(authority, audience, workloads, from, to)));
      }
      for (Future<List<byte[]>> part : parts) {
        all.addAll(part.get());
      }
    } catch (ExecutionException failed) {
      throw new IOException("no evidence could be made: " + failed.getMessage(), failed);
    }
    return all;
  }

  private static List<byte[]> some(
      DevAuthority authority, String audience, int workloads, int from, int to) throws IOException {
    List<byte[]> made = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      WorkloadId id =
          WorkloadId.parse("spiffe://" + DevAuthority.TRUST_DOMAIN.name() + PATH + i % workloads);
      made.add(authority.jwtSvid(id, audience, LIFETIME).getBytes(StandardCharsets.US_ASCII));
    }
    return made;
  }
}
