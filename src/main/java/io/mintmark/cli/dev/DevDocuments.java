package io.mintmark.cli.dev;

import io.mintmark.documents.DocumentSource;
import io.mintmark.documents.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** The documents that {@code --dev} adds to a policy folder's: trust in throw-away authorities. */
public final class DevDocuments {
  private static final String BUNDLE = "dev-authority/bundle.json";
  private static final String JWKS = "dev-authority/jwks.json";

  private final DocumentSource documents;
  private final Map<String, Path> files;

  private DevDocuments(DocumentSource documents, Map<String, Path> files) {
    this.documents = documents;
    this.files = files;
  }

  /** Reads the authorities, and makes them where they are not there. */
  public static DevDocuments of(Path data, InstantSource clock) throws IOException {
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
          review: never
          identity: spiffe://%s/ns/{namespace}/sa/{serviceaccount}
        """
            .formatted(
                DevAuthority.TRUST_DOMAIN,
                BUNDLE,
                DevAuthority.KUBERNETES_ISSUER,
                JWKS,
                DevAuthority.TRUST_DOMAIN);
    return new DevDocuments(
        Documents.parse(
            "--dev",
            text,
            Map.of(BUNDLE, Files.readAllBytes(bundle), JWKS, Files.readAllBytes(jwks))),
        Map.of(BUNDLE, bundle, JWKS, jwks));
  }

  /** The documents that make the development authorities believed. */
  public DocumentSource documents() {
    return documents;
  }

  /** Where the files that those documents name really are. */
  public Map<String, Path> files() {
    return files;
  }
}
