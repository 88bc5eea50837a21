package io.mintmark.cli;

import io.mintmark.sidecar.broker.FakeBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that a sidecar needs: its document, its proof and whom it believes. */
final class SidecarFolder {
  private SidecarFolder() {}

  /**
   * @param rest of the document's {@code spec}
   */
  static void write(Path folder, FakeBroker broker, String rest) throws IOException {
    Files.writeString(folder.resolve("proof"), "eyJhbGciOiJFUzI1NiJ9.e30.AAAA");
    Files.writeString(folder.resolve("bundle.pem"), broker.pem());
    Files.writeString(
        folder.resolve("sidecar.yaml"),
        """
        apiVersion: mintmark.io/v1
        kind: Sidecar
        metadata: {name: orders}
        spec:
          broker:
            url: "%s"
            trust: {trustDomain: prod.example.org, file: bundle.pem}
          evidence: [{kind: oidc, file: proof}]
        """
                .formatted(broker.address())
            + rest.indent(2));
  }
}
