package io.mintmark;

import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.documents.DocumentSource;
import io.mintmark.documents.Documents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * What {@code --dev} adds: trust in the data folder's throw-away authorities, and a sample policy.
 */
final class DevSetup {
  private static final String BUNDLE = "dev-authority/bundle.json";
  private static final String JWKS = "dev-authority/jwks.json";
  private static final String SAMPLES = "/io/mintmark/dev-policy/";
  private static final List<String> SAMPLE_FILES = List.of("dev.yaml");

  private final DocumentSource documents;
  private final Map<String, Path> files;

  private DevSetup(DocumentSource documents, Map<String, Path> files) {
    this.documents = documents;
    this.files = files;
  }

  static DevSetup of(Path data, InstantSource clock) throws IOException {
    DevAuthority authority = DevAuthority.open(data, clock);
    Path bundle = authority.bundleFile(DevAuthority.TRUST_DOMAIN);
    Path jwks = authority.kubernetesJwksFile();
    String text =
        """
        apiVersion: mintmark.io/v1
        kind: TrustDomain
        metadata: {name: %s}
        spec:
          bundle: {file: %s}
          accepts: [jwt-svid, x509-svid]
        ---
        apiVersion: mintmark.io/v1
        kind: Issuer
        metadata: {name: dev-cluster}
        spec:
          type: kubernetes
          issuer: %s
          jwks: {file: %s}
          identity: spiffe://%s/ns/{namespace}/sa/{serviceaccount}
        """
            .formatted(
                DevAuthority.TRUST_DOMAIN,
                BUNDLE,
                DevAuthority.KUBERNETES_ISSUER,
                JWKS,
                DevAuthority.TRUST_DOMAIN);
    return new DevSetup(
        Documents.parse(
            "--dev",
            text,
            Map.of(BUNDLE, Files.readAllBytes(bundle), JWKS, Files.readAllBytes(jwks))),
        Map.of(BUNDLE, bundle, JWKS, jwks));
  }

  /** The documents that make the development authorities believed. */
  DocumentSource documents() {
    return documents;
  }

  /** Where the files that those documents name really are. */
  Map<String, Path> files() {
    return files;
  }

  /** Writes the sample policy where the folder holds nothing yet. */
  static void writeSamples(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    try (DirectoryStream<Path> present = Files.newDirectoryStream(folder)) {
      if (present.iterator().hasNext()) {
        return;
      }
    }
    for (String name : SAMPLE_FILES) {
      try (InputStream sample = DevSetup.class.getResourceAsStream(SAMPLES + name)) {
        if (sample == null) {
          throw new IOException("this build has no sample policy \"" + name + "\"");
        }
        Files.copy(sample, folder.resolve(name));
      }
    }
  }
}
