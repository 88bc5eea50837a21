package io.mintmark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mintmark certificate}. */
@Command(
    name = "certificate",
    description = "Exchanges evidence for an X.509-SVID of a fresh key and writes both.",
    footer = {
      "",
      "Example:",
      "  mintmark certificate --evidence svid.jwt --out identity/",
      "",
      "Writes svid.pem, key.pem and bundle.pem."
    })
final class CertificateCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin ClientOptions options = new ClientOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for svid.pem, key.pem and bundle.pem.")
  Path out = Path.of(".");

  @Option(names = "--json", description = "Print the broker's whole answer.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    try (BrokerClient client = options.client()) {
      UserFiles.makeFolder(out); // before anything is struck that could not be kept
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      ObjectNode body = JSON.createObjectNode();
      options.addTo(body, ClientOptions.issuer(client));
      body.put("csr", pem(request(pair)));
      JsonNode answer = client.post("/v1/certificates", body);
      String chain = answer.path("certificate_chain").asText();
      if (chain.isEmpty()) {
        throw new IOException("the broker's answer holds no certificate");
      }
      write("svid.pem", chain);
      write("key.pem", pem(new PemObject("PRIVATE KEY", pair.getPrivate().getEncoded())));
      write("bundle.pem", answer.path("trust_bundle").asText());
      spec.commandLine()
          .getOut()
          .println(
              json
                  ? answer.toPrettyString()
                  : Shown.text(answer.path("spiffe_id").asText())
                      + " until "
                      + Shown.text(answer.path("expires_at").asText())
                      + " in "
                      + out);
    }
    return 0;
  }

  private static Object request(KeyPair pair) throws Exception {
    return new JcaPKCS10CertificationRequestBuilder(new X500Principal(""), pair.getPublic())
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
  }

  private static String pem(Object value) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(value);
    }
    return text.toString();
  }

  /**
   * Written aside with mode 0600 and renamed, so that no reader sees half a file or another's key.
   */
  private void write(String name, String text) throws IOException {
    Path target = out.resolve(name);
    Path aside = out.resolve("." + name + ".new");
    Files.deleteIfExists(aside);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            aside,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
    Files.move(
        aside,
        target,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }
}
