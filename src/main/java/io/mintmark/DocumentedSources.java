package io.mintmark;

import io.mintmark.documents.FolderSource;
import io.mintmark.evidence.BundleOrigin;
import io.mintmark.evidence.JwksOrigin;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.KeySources;
import io.mintmark.evidence.Upkeep;
import io.mintmark.evidence.oidc.IssuerKeySources;
import io.mintmark.evidence.spiffe.BundleSources;
import io.mintmark.fetch.AllowedAddresses;
import io.mintmark.fetch.FetchRequest;
import io.mintmark.fetch.Fetcher;
import io.mintmark.fetch.LocalFile;
import io.mintmark.fetch.TlsTrust;
import io.mintmark.jose.JwkSet;
import io.mintmark.spiffe.Bundle;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the key sources that documents describe; their files are those of the policy folder. */
final class DocumentedSources implements KeySources {
  private static final int MAX_TOKEN = 64 * 1024;

  private final FolderSource folder;
  private final Map<String, Path> builtIn;
  private final Supplier<Bundle> own;
  private final BundleSources bundles;
  private final IssuerKeySources issuers;

  /**
   * @param builtIn the files of documents that are not in the folder, by the name they have there
   */
  DocumentedSources(
      FolderSource folder,
      Map<String, Path> builtIn,
      Supplier<Bundle> own,
      Fetcher fetcher,
      Upkeep upkeep) {
    this.folder = folder;
    this.builtIn = Map.copyOf(builtIn);
    this.own = own;
    this.bundles = new BundleSources(fetcher, upkeep);
    this.issuers = new IssuerKeySources(fetcher, upkeep);
  }

  @Override
  public KeySource<Bundle> bundles(BundleOrigin origin) {
    return switch (origin) {
      case BundleOrigin.Own ignored -> bundles.own(own);
      case BundleOrigin.File file -> bundles.file(file.trustDomain(), file(file.file()));
      case BundleOrigin.WebEndpoint web ->
          bundles.webEndpoint(
              web.trustDomain(),
              FetchRequest.of(web.url())
                  .trusting(trust(web.caFile()))
                  .allowing(AllowedAddresses.of(web.allowAddresses())));
      case BundleOrigin.SpiffeEndpoint endpoint -> spiffeEndpoint(endpoint);
      case BundleOrigin.WorkloadApi socket ->
          bundles.workloadApi(socket.trustDomain(), URI.create(socket.address()));
    };
  }

  @Override
  public KeySource<JwkSet> keys(JwksOrigin origin) {
    return switch (origin) {
      case JwksOrigin.File file -> issuers.file(file.issuer(), file(file.file()));
      case JwksOrigin.Url url ->
          issuers.url(url.issuer(), request(FetchRequest.of(url.url()), url.connection()));
      case JwksOrigin.Discovery discovery ->
          issuers.discovery(
              discovery.issuer(),
              request(FetchRequest.of(discovery.issuer()), discovery.connection()));
    };
  }

  private KeySource<Bundle> spiffeEndpoint(BundleOrigin.SpiffeEndpoint endpoint) {
    String bootstrap = endpoint.bootstrapFile();
    if (bootstrap == null) {
      throw new IllegalArgumentException(
          "profile https_spiffe needs bootstrap: {file: …}, the first bundle to check the endpoint"
              + " by");
    }
    return bundles.spiffeEndpoint(
        endpoint.trustDomain(),
        FetchRequest.of(endpoint.url()).allowing(AllowedAddresses.of(endpoint.allowAddresses())),
        endpoint.spiffeId(),
        file(bootstrap));
  }

  private FetchRequest request(FetchRequest bare, JwksOrigin.Connection connection) {
    String token = connection.tokenFile();
    return bare.trusting(trust(connection.caFile()))
        .withTokenFile(token == null ? null : tokenFile(token))
        .allowing(AllowedAddresses.of(connection.allowAddresses()));
  }

  private TlsTrust trust(@Nullable String caFile) {
    return caFile == null ? new TlsTrust.SystemRoots() : new TlsTrust.CaFile(file(caFile));
  }

  /** A bearer token as its file has it now; null where there is none that can be sent. */
  Supplier<@Nullable String> token(String name) {
    LocalFile file = tokenFile(name);
    return () -> {
      try {
        String token = new String(file.read(MAX_TOKEN), StandardCharsets.US_ASCII).strip();
        return token.isEmpty() ? null : token;
      } catch (IOException away) {
        // without a token the server answers 401, which the refusal says
        return null;
      }
    };
  }

  /** Only a token may lie elsewhere: platforms mount theirs at a path of their own. */
  private LocalFile tokenFile(String file) {
    return Path.of(file).isAbsolute() ? LocalFile.at(Path.of(file)) : file(file);
  }

  private LocalFile file(String name) {
    Path known = builtIn.get(name);
    return known == null ? new Attached(folder, name) : LocalFile.at(known);
  }

  /** A file of the policy folder, which is read as its documents are. */
  private record Attached(FolderSource folder, String name) implements LocalFile {
    @Override
    public byte[] read(int maxBytes) throws IOException {
      return folder.read(name, maxBytes);
    }

    @Override
    public String toString() {
      return folder.folder().resolve(name).toString();
    }
  }
}
