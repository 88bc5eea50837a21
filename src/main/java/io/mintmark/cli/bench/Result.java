package io.mintmark.cli.bench;

import io.mintmark.cli.bench.load.Measured;
import io.mintmark.cli.bench.load.Trial;
import io.mintmark.cli.bench.load.What;
import io.mintmark.jose.Crypto;

/**
 * All of one run against the broker.
 *
 * @param asked in which way
 * @param distinct proofs that are unlike each other
 * @param ceilings operations a second that the cryptography alone allows on all processors
 * @param residentReady bytes of the broker before it was asked anything
 */
record Result(
    What what,
    Asked asked,
    int distinct,
    double startMillis,
    Trial trial,
    Ceiling.Work work,
    Ceiling.Around ceilings,
    int processors,
    long residentReady) {

  /**
   * How the broker is asked.
   *
   * @param anew whether each request has a connection of its own
   * @param clientCertificate whether the proof is shown by mutual TLS
   * @param offered requests a second of an open loop; 0 for a closed one
   */
  record Asked(
      Over over, int connections, boolean anew, boolean clientCertificate, double offered) {}

  Measured measured() {
    return trial.measured();
  }

  double ceiling() {
    return ceilings.mean();
  }

  /** What the rate is of what the driver leaves of the ceiling. */
  double share() {
    double left = ceiling() * Math.max(0, processors - trial.driverCores()) / processors;
    return left > 0 ? measured().rate() / left : 0;
  }

  double bytesPerAnswer() {
    return measured().answered() == 0 ? 0 : (double) trial.stored() / measured().answered();
  }

  static String provider() {
    return Crypto.providerName();
  }
}
