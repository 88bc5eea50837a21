package io.mintmark.sidecar.plan;

import io.mintmark.sidecar.held.Wanted;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Scope;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parts that every sidecar has: broker, evidence, credentials, management. */
final class Basics {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final ListenAddress MANAGEMENT = new ListenAddress("127.0.0.1", 9901);

  private Basics() {}

  static BrokerPlan broker(Section broker) {
    List<URI> addresses = new ArrayList<>();
    for (Section entry : broker.at("addresses").entries()) {
      address(entry, addresses);
    }
    String issuer = broker.optional("issuer");
    if (issuer == null) {
      issuer = addresses.isEmpty() ? "" : addresses.getFirst().toString();
    }
    return new BrokerPlan(
        addresses, issuer, trust(broker.at("trust")), broker.duration("timeout", TIMEOUT));
  }

  private static void address(Section entry, List<URI> addresses) {
    try {
      URI uri = new URI(entry.node().asText());
      boolean bare =
          uri.getHost() != null
              && uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
      if (bare) {
        addresses.add(new URI("https", null, uri.getHost(), uri.getPort(), null, null, null));
        return;
      }
    } catch (URISyntaxException malformed) {
      // said below
    }
    entry.error("", "a broker's address has the form https://host:port");
  }

  private static BrokerPlan.BrokerTrust trust(Section trust) {
    if (trust.has("spiffe")) {
      Section spiffe = trust.at("spiffe");
      return new BrokerPlan.BrokerTrust.Spiffe(
          new TrustDomain(spiffe.text("trustDomain")), spiffe.path("bundle"));
    }
    return trust.has("caFile")
        ? new BrokerPlan.BrokerTrust.Authorities(trust.path("caFile"))
        : new BrokerPlan.BrokerTrust.SystemAuthorities();
  }

  static List<ProofPlan> evidence(Section evidence) {
    List<ProofPlan> plans = new ArrayList<>();
    for (Section entry : evidence.entries()) {
      plans.add(proof(entry));
    }
    return plans;
  }

  private static ProofPlan proof(Section entry) {
    if (entry.has("file")) {
      Section file = entry.at("file");
      return new ProofPlan.TokenFile(file.path("path"), kind(file));
    }
    if (entry.has("certificate")) {
      Section files = entry.at("certificate");
      return new ProofPlan.CertificateFiles(files.path("certificate"), files.path("key"));
    }
    if (entry.has("workloadApi")) {
      return workloadApi(entry.at("workloadApi"));
    }
    if (entry.has("gitlab")) {
      return new ProofPlan.GitlabJob(entry.at("gitlab").text("variable"));
    }
    if (entry.has("command")) {
      Section command = entry.at("command");
      return new ProofPlan.Command(
          command.texts("run"), kind(command), command.duration("timeout", TIMEOUT));
    }
    return new ProofPlan.GithubJob();
  }

  private static ProofPlan workloadApi(Section api) {
    String address = api.text("address");
    Path socket = Path.of("/");
    try {
      URI uri = new URI(address);
      if (uri.getRawAuthority() == null && uri.getRawQuery() == null && uri.getPath() != null) {
        socket = Path.of(uri.getPath());
      } else {
        api.error("address", "it does not have the form unix:///path");
      }
    } catch (URISyntaxException malformed) {
      api.error("address", "it does not have the form unix:///path");
    }
    return new ProofPlan.WorkloadApi(
        socket, api.text("svid").equals("x509-svid"), id(api, api.optional("id")));
  }

  private static @Nullable WorkloadId id(Section api, @Nullable String id) {
    try {
      return id == null ? null : WorkloadId.parse(id);
    } catch (MalformedWorkloadId malformed) {
      api.error("id", String.valueOf(malformed.getMessage()));
      return null;
    }
  }

  private static ProofPlan.TokenKind kind(Section source) {
    return switch (source.text("kind")) {
      case "jwt-svid" -> ProofPlan.TokenKind.JWT_SVID;
      case "kubernetes" -> ProofPlan.TokenKind.KUBERNETES;
      case "github" -> ProofPlan.TokenKind.GITHUB;
      case "gitlab" -> ProofPlan.TokenKind.GITLAB;
      default -> ProofPlan.TokenKind.OIDC;
    };
  }

  static Map<String, Wanted> credentials(Section credentials) {
    Map<String, Wanted> byName = new LinkedHashMap<>();
    for (Section entry : credentials.entries()) {
      String name = entry.text("name");
      if (byName.putIfAbsent(name, wanted(entry)) != null) {
        entry.error("name", "there is another credential \"" + name + "\"");
      }
    }
    return byName;
  }

  private static Wanted wanted(Section entry) {
    if (entry.has("accessToken")) {
      Section token = entry.at("accessToken");
      return new Wanted.AccessToken(
          token.text("resource"),
          token.texts("scopes").stream().map(Scope::new).collect(Collectors.toSet()),
          token.duration("lifetime"));
    }
    if (entry.has("jwtSvid")) {
      Section svid = entry.at("jwtSvid");
      return new Wanted.JwtSvid(svid.texts("audiences"), svid.duration("lifetime"));
    }
    Section svid = entry.at("x509Svid");
    Wanted.KeyKind key =
        switch (svid.text("key")) {
          case "EC-P384" -> Wanted.KeyKind.EC_P384;
          case "RSA-2048" -> Wanted.KeyKind.RSA_2048;
          default -> Wanted.KeyKind.EC_P256;
        };
    return new Wanted.X509Svid(key, svid.duration("lifetime"));
  }

  static ListenAddress management(Section management) {
    String listen = management.optional("listen");
    try {
      return listen == null ? MANAGEMENT : ListenAddress.parse(listen);
    } catch (IllegalArgumentException wrong) {
      management.error("listen", "\"" + listen + "\": " + wrong.getMessage());
      return MANAGEMENT;
    }
  }
}
