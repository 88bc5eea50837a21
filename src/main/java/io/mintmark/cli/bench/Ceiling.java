package io.mintmark.cli.bench;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the cryptography of an operation alone allows on all processors of this machine: the bound
 * that no broker with this provider can pass.
 */
final class Ceiling {
  private static final int MESSAGE_BYTES = 600;
  private static final long WARM_UP = 1_500_000_000L;
  private static final long MEASURED = 2_500_000_000L;

  private Ceiling() {}

  /**
   * Operations a second.
   *
   * @param verifications of an operation, beside its one signature
   */
  static double measure(int verifications) throws InterruptedException {
    int processors = Runtime.getRuntime().availableProcessors();
    try (ExecutorService threads = Executors.newFixedThreadPool(processors)) {
      List<Future<Double>> rates = new ArrayList<>();
      for (int i = 0; i < processors; i++) {
        rates.add(threads.submit(() -> rate(verifications)));
      }
      double sum = 0;
      for (Future<Double> rate : rates) {
        sum += rate.get();
      }
      return sum;
    } catch (ExecutionException broken) {
      throw new IllegalStateException("the cryptography fails", broken.getCause());
    }
  }

  private static double rate(int verifications) {
    KeyPair keys = Crypto.generate(SignatureAlgorithm.ES256);
    byte[] message = new byte[MESSAGE_BYTES];
    byte[] signature = Crypto.sign(SignatureAlgorithm.ES256, keys.getPrivate(), message);
    repeat(WARM_UP, verifications, keys, message, signature);
    return repeat(MEASURED, verifications, keys, message, signature);
  }

  private static double repeat(
      long nanos, int verifications, KeyPair keys, byte[] message, byte[] signature) {
    long began = System.nanoTime();
    long done = 0;
    while (System.nanoTime() - began < nanos) {
      for (int i = 0; i < verifications; i++) {
        if (!Crypto.verify(SignatureAlgorithm.ES256, keys.getPublic(), message, signature)) {
          throw new IllegalStateException("a signature of our own does not hold");
        }
      }
      Crypto.sign(SignatureAlgorithm.ES256, keys.getPrivate(), message);
      done++;
    }
    return done * 1e9 / (System.nanoTime() - began);
  }
}
