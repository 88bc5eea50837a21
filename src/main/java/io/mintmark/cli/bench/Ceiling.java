package io.mintmark.cli.bench;

import io.mintmark.cli.bench.load.What;
import io.mintmark.jose.Crypto;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.KeyAgreement;

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
   * Cryptography that an operation cannot do without, of whoever is asked.
   *
   * @param verifications ES256
   * @param signatures ES256
   * @param agreements X25519, each with a key pair made for it
   */
  record Work(int verifications, int signatures, int agreements) {
    /**
     * @param handshake whether each operation has a TLS 1.3 handshake of its own
     * @param clientCertificate whether the client signs in it
     */
    static Work of(What what, boolean handshake, boolean clientCertificate) {
      return new Work(
          what.verifications() + (handshake && clientCertificate ? 1 : 0),
          handshake ? 2 : 1,
          handshake ? 1 : 0);
    }

    String sentence() {
      return times(verifications, "verification")
          + ", "
          + times(signatures, "signature")
          + (agreements > 0 ? ", " + times(agreements, "key agreement") : "");
    }

    private static String times(int count, String name) {
      return count + " " + name + (count == 1 ? "" : "s");
    }
  }

  /**
   * A machine that is shared gives more at one time than at another, so that its ceiling is that of
   * the time around a run.
   *
   * @param before the run, operations a second
   * @param after it
   */
  record Around(double before, double after) {
    double mean() {
      return (before + after) / 2;
    }
  }

  /** Operations a second. */
  static double measure(Work work) throws InterruptedException {
    int processors = Runtime.getRuntime().availableProcessors();
    try (ExecutorService threads = Executors.newFixedThreadPool(processors)) {
      List<Future<Double>> rates = new ArrayList<>();
      for (int i = 0; i < processors; i++) {
        rates.add(threads.submit(() -> rate(work)));
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

  private static double rate(Work work) throws GeneralSecurityException {
    KeyPair keys = Crypto.generate(SignatureAlgorithm.ES256);
    byte[] message = new byte[MESSAGE_BYTES];
    byte[] signature = Crypto.sign(SignatureAlgorithm.ES256, keys.getPrivate(), message);
    KeyPairGenerator ephemeral = KeyPairGenerator.getInstance("X25519");
    repeat(WARM_UP, work, keys, message, signature, ephemeral);
    return repeat(MEASURED, work, keys, message, signature, ephemeral);
  }

  private static double repeat(
      long nanos,
      Work work,
      KeyPair keys,
      byte[] message,
      byte[] signature,
      KeyPairGenerator ephemeral)
      throws GeneralSecurityException {
    PublicKey other = ephemeral.generateKeyPair().getPublic();
    long began = System.nanoTime();
    long done = 0;
    while (System.nanoTime() - began < nanos) {
      for (int i = 0; i < work.verifications(); i++) {
        if (!Crypto.verify(SignatureAlgorithm.ES256, keys.getPublic(), message, signature)) {
          throw new IllegalStateException("a signature of our own does not hold");
        }
      }
      for (int i = 0; i < work.signatures(); i++) {
        Crypto.sign(SignatureAlgorithm.ES256, keys.getPrivate(), message);
      }
      for (int i = 0; i < work.agreements(); i++) {
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(ephemeral.generateKeyPair().getPrivate());
        agreement.doPhase(other, true);
        agreement.generateSecret();
      }
      done++;
    }
    return done * 1e9 / (System.nanoTime() - began);
  }
}
