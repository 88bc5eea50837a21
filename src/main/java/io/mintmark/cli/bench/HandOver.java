package io.mintmark.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What another driver needs to ask the same broker in the same run: its addresses in {@code
 * broker.json}, and in {@code proofs} one JWT-SVID a line, which nobody but that broker believes.
 */
final class HandOver {
  private static final ObjectMapper JSON = new ObjectMapper();

  private HandOver() {}

  static HandOver write(Path folder, OwnBroker broker, List<byte[]> proofs) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve("proofs"))) {
      for (byte[] proof : proofs) {
        out.write(proof);
        out.write('\n');
      }
    }
    ObjectNode json =
        JSON.createObjectNode()
            .put("http", broker.endpoint("http").toString())
            .put("https", broker.endpoint("https").toString())
            .put("resource", OwnBroker.AUDIENCE)
            .put("trust_bundle", broker.data().resolve("broker-bundle.pem").toString());
    Files.writeString(folder.resolve("broker.json"), json.toPrettyString() + "\n");
    return new HandOver();
  }

  /** Until the other driver has ended, which whoever started both says by ending the input. */
  void untilEndOf(InputStream input) throws IOException {
    input.transferTo(OutputStream.nullOutputStream());
  }
}
