package io.mintmark.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spiffe.exception.JwtSvidException;
import io.spiffe.exception.SocketEndpointAddressException;
import io.spiffe.workloadapi.DefaultWorkloadApiClient;
import io.spiffe.workloadapi.WorkloadApiClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the broker is, and the proof to show it. */
final class ClientOptions {
  private static final int MAX_EVIDENCE = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(
      names = "--broker",
      paramLabel = "URL",
      description = "The broker (default: MINTMARK_BROKER, else the broker running on --data).")
  @Nullable URI broker;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description =
          "PEM authorities that the broker's certificate must end at (default: --data's).")
  @Nullable Path trust;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder of a broker on this machine (default: MINTMARK_DATA).")
  @Nullable Path data;

  @Option(
      names = "--evidence",
      paramLabel = "FILE",
      description = "File with the token that proves where this runs; - for standard input.")
  @Nullable Path evidence;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      defaultValue = "jwt-svid",
      description =
          "Kind of --evidence: jwt-svid, kubernetes, github, gitlab or oidc (${DEFAULT-VALUE}).")
  String kind = "jwt-svid";

  @Option(names = "--cert", paramLabel = "FILE", description = "X.509-SVID to show by mutual TLS.")
  @Nullable Path certificate;

  @Option(names = "--key", paramLabel = "FILE", description = "Private key of --cert.")
  @Nullable Path key;

  @Option(
      names = "--workload-api",
      paramLabel = "ADDRESS",
      description =
          "Take a JWT-SVID from this SPIFFE Workload API, such as unix:///run/spire/agent.sock.")
  @Nullable String workloadApi;

  /** The evidence of a JSON request. */
  ObjectNode evidence(String issuer) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    if (workloadApi != null) {
      return node.put("kind", "jwt-svid").put("token", fromWorkloadApi(workloadApi, issuer));
    }
    if (evidence != null) {
      return node.put("kind", kind).put("token", read(evidence));
    }
    if (certificate != null) {
      return node.put("kind", "x509-svid");
    }
    throw new IOException("no evidence: give --evidence, --cert with --key, or --workload-api");
  }

  BrokerClient client() throws IOException, GeneralSecurityException {
    if ((certificate == null) != (key == null)) {
      throw new IOException("--cert and --key go together");
    }
    ClientTls.Identity identity =
        certificate == null || key == null ? null : ClientTls.Identity.read(certificate, key);
    Path trusted = trust != null ? trust : data().resolve("broker-bundle.pem");
    boolean systemTrust = trust == null && (broker != null || !Files.exists(trusted));
    return new BrokerClient(
        url(), ClientTls.context(systemTrust ? null : ClientTls.certificates(trusted), identity));
  }

  private URI url() throws IOException {
    if (broker != null) {
      return absolute(broker, "--broker");
    }
    String named = System.getenv("MINTMARK_BROKER");
    if (named != null) {
      try {
        return absolute(new URI(named), "MINTMARK_BROKER");
      } catch (URISyntaxException malformed) {
        throw new IOException("MINTMARK_BROKER is no URL", malformed);
      }
    }
    String https = DataFolder.endpoint(data(), "https");
    if (https == null) {
      throw new IOException("no broker runs on \"" + data() + "\": give --broker or --data");
    }
    return URI.create(https);
  }

  private static URI absolute(URI url, String from) throws IOException {
    boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
    if (!web || url.getHost() == null) {
      throw new IOException(
          from + " \"" + url + "\" is no URL such as https://mintmark.example.org:8443");
    }
    return url;
  }

  private Path data() {
    return DataFolder.or(data);
  }

  private static String fromWorkloadApi(String address, String issuer) throws IOException {
    try (WorkloadApiClient client =
        DefaultWorkloadApiClient.newClient(
            DefaultWorkloadApiClient.ClientOptions.builder().spiffeSocketPath(address).build())) {
      return client.fetchJwtSvid(issuer).getToken();
    } catch (SocketEndpointAddressException | JwtSvidException failed) {
      throw new IOException(
          "the Workload API at " + address + " gave no JWT-SVID: " + failed.getMessage(), failed);
    }
  }

  private static String read(Path file) throws IOException {
    byte[] bytes;
    if (file.toString().equals("-")) {
      bytes = System.in.readNBytes(MAX_EVIDENCE + 1);
    } else {
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(MAX_EVIDENCE + 1);
      }
    }
    if (bytes.length > MAX_EVIDENCE) {
      throw new IOException("evidence in \"" + file + "\" is larger than 64 KiB");
    }
    return new String(bytes, StandardCharsets.UTF_8).strip();
  }

  /** The broker's issuer identifier, which is the audience that a JWT-SVID must name. */
  static String issuer(BrokerClient client) throws IOException, InterruptedException {
    return client.get("/.well-known/oauth-authorization-server").path("issuer").asText();
  }

  static List<String> listed(@Nullable List<String> values) {
    return values == null ? List.of() : values;
  }
}
