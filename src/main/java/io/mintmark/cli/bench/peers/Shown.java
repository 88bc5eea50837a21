package io.mintmark.cli.bench.peers;

import io.mintmark.cli.bench.load.Proofs;
import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.jose.Jwk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** The proofs that are shown to a system, of the kind that the broker is shown. */
public final class Shown {
  private final Path folder;
  private final int proofs;

  /**
   * @param folder where the authority of the proofs is made
   * @param proofs how many
   */
  public Shown(Path folder, int proofs) {
    this.folder = folder;
    this.proofs = proofs;
  }

  List<byte[]> proofs(String audience) throws IOException, InterruptedException {
    return proofs(audience, Proofs.WORKLOADS);
  }

  /** JWT-SVIDs of so many workloads. */
  List<byte[]> proofs(String audience, int workloads) throws IOException, InterruptedException {
    return Proofs.make(folder, audience, proofs, workloads);
  }

  /** What they are verified by, as a bundle endpoint serves it. */
  byte[] bundle() throws IOException {
    return authority().bundle(DevAuthority.TRUST_DOMAIN).toJson();
  }

  String publicKeyPem() throws IOException {
    Jwk key = authority().bundle(DevAuthority.TRUST_DOMAIN).jwtAuthorities().getFirst();
    return Pem.of("PUBLIC KEY", key.key().getEncoded());
  }

  private DevAuthority authority() throws IOException {
    return DevAuthority.open(folder, InstantSource.system());
  }
}
