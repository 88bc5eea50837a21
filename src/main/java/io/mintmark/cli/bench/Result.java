package io.mintmark.cli.bench;

import io.mintmark.jose.Crypto;

/**
 * All of one run.
 *
 * @param steady whether the rate had become steady by the end of the warm-up
 * @param offered requests a second of an open loop; 0 for a closed one
 * @param ceiling operations a second that the cryptography alone allows on all processors
 * @param driverCores processors that the driver took in the measured time, and the broker
 * @param ledgerBytes that the ledger grew by in the measured time
 */
record Result(
    What what,
    Over over,
    int connections,
    boolean anew,
    double offered,
    int proofs,
    double warmUpSeconds,
    boolean steady,
    double startMillis,
    Measured measured,
    double ceiling,
    int processors,
    double driverCores,
    double brokerCores,
    long residentReady,
    long resident,
    long ledgerBytes) {

  /** What the rate is of what the driver leaves of the ceiling. */
  double share() {
    double left = ceiling * Math.max(0, processors - driverCores) / processors;
    return left > 0 ? measured.rate() / left : 0;
  }

  static String provider() {
    return Crypto.providerName();
  }
}
