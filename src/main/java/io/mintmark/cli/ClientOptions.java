package io.mintmark.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spiffe.exception.JwtSvidException;
import io.spiffe.exception.SocketEndpointAddressException;
import io.spiffe.workloadapi.DefaultWorkloadApiClient;
import io.spiffe.workloadapi.WorkloadApiClient;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the broker is, and the proof to show it. */
final class ClientOptions {
  private static final int MAX_EVIDENCE = 64 * 1024;
  private static final List<String> KINDS =
      List.of("jwt-svid", "kubernetes", "github", "gitlab", "oidc");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1\\]");
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

  @Mixin LocalBroker local = new LocalBroker();

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

  @Option(
      names = "--lifetime",
      paramLabel = "SECONDS",
      description = "Lifetime to ask for (default: as long as is granted).")
  @Nullable Long lifetime;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  /** Adds what every request may have. */
  void addTo(ObjectNode body, String issuer) throws IOException {
    body.set("evidence", evidence(issuer));
    if (lifetime != null) {
      body.put("lifetime_seconds", lifetime);
    }
  }

  /** The evidence of a JSON request. */
  private ObjectNode evidence(String issuer) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    if (workloadApi != null) {
      return node.put("kind", "jwt-svid").put("token", fromWorkloadApi(workloadApi, issuer));
    }
    if (evidence != null) {
      String token = read(evidence);
      if (kind.equals("jwt-svid") && isKubernetes(token)) {
        throw usage("the evidence is a token of Kubernetes: add --kind kubernetes");
      }
      return node.put("kind", kind).put("token", token);
    }
    if (certificate != null) {
      return node.put("kind", "x509-svid");
    }
    throw usage("no evidence: give --evidence, --cert with --key, or --workload-api");
  }

  /** Whether its subject is a service account, which is no SPIFFE ID. */
  private static boolean isKubernetes(String token) {
    String[] parts = token.split("\\.", -1);
    try {
      return parts.length == 3
          && JSON.readTree(Base64.getUrlDecoder().decode(parts[1]))
              .path("sub")
              .asText()
              .startsWith("system:serviceaccount:");
    } catch (IllegalArgumentException | IOException unreadable) {
      return false; // the broker says what it makes of it
    }
  }

  BrokerClient client() throws IOException, GeneralSecurityException {
    if ((certificate == null) != (key == null)) {
      throw usage("--cert and --key go together");
    }
    if (evidence == null && certificate == null && workloadApi == null) {
      throw usage("no evidence: give --evidence, --cert with --key, or --workload-api");
    }
    if (!KINDS.contains(kind)) {
      throw usage("--kind \"" + kind + "\" is not one of " + String.join(", ", KINDS));
    }
    if (lifetime != null && lifetime < 1) {
      throw usage("--lifetime is a number of seconds, at least 1");
    }
    ClientTls.Identity identity =
        certificate == null || key == null ? null : ClientTls.Identity.read(certificate, key);
    Path trusted = trust != null ? trust : local.folder().resolve("broker-bundle.pem");
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
      } catch (URISyntaxException _) {
        throw usage("MINTMARK_BROKER is no URL");
      }
    }
    return local.endpoint("https", "--broker or --data");
  }

  private URI absolute(URI url, String from) {
    boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
    if (!web || url.getHost() == null) {
      throw usage(from + " \"" + url + "\" is no URL such as https://mintmark.example.org:8443");
    }
    if (url.getScheme().equals("http") && !LOOPBACK.matcher(url.getHost()).matches()) {
      throw usage(
          from + " \"" + url + "\" is plain HTTP: whoever is on the way could take the evidence");
    }
    return url;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
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
    byte[] bytes = UserFiles.read(file);
    if (bytes.length > MAX_EVIDENCE) {
      throw new IOException("evidence in \"" + file + "\" is larger than 64 KiB");
    }
    String text = new String(bytes, StandardCharsets.UTF_8).strip();
    if (text.isEmpty()) {
      throw new IOException("there is no evidence in \"" + file + "\"");
    }
    return text;
  }

  /** The broker's issuer identifier, which is the audience that a JWT-SVID must name. */
  static String issuer(BrokerClient client) throws IOException, InterruptedException {
    return client.get("/.well-known/oauth-authorization-server").path("issuer").asText();
  }

  static List<String> listed(@Nullable List<String> values) {
    return values == null ? List.of() : values;
  }
}
