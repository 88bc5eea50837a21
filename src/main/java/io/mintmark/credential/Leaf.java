package io.mintmark.credential;

import io.mintmark.workload.WorkloadId;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a leaf certificate shall say, times aside. */
record Leaf(
    WorkloadId id,
    PublicKey key,
    List<String> dnsNames,
    List<InetAddress> addresses,
    @Nullable String commonName,
    BigInteger serial) {
  Leaf {
    dnsNames = List.copyOf(dnsNames);
    addresses = List.copyOf(addresses);
  }

  /** As the record and the answer have it. */
  String serialHex() {
    String hex = HexFormat.of().formatHex(serial.toByteArray());
    return hex.startsWith("0") ? serial.toString(16) : hex;
  }
}
