package io.mintmark.sidecar.plan;

import io.mintmark.sidecar.held.Wanted;
import io.mintmark.workload.Scope;
import io.mintmark.workload.TrustDomain;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The parts that every sidecar has: broker, evidence, credentials, health. */
final class Basics {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final ListenAddress HEALTH = new ListenAddress("127.0.0.1", 9901);

  private Basics() {}

  static BrokerPlan broker(Section broker) {
    List<URI> addresses = new ArrayList<>();
    Section url = broker.at("url");
    for (Section entry : url.node().isArray() ? url.entries() : List.of(url)) {
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
    if (trust.has("file") == trust.has("system")) {
      trust.error("", "the broker is known by exactly one of \"file\" and \"system\"");
    }
    if (trust.has("kept") && !trust.has("file")) {
      trust.error("kept", "what is learned is kept beside a \"file\" to begin with");
    }
    if (trust.has("sha256") && !trust.has("file")) {
      trust.error("sha256", "it is that of a \"file\"");
    }
    Path kept = trust.has("kept") ? trust.path("kept") : null;
    Sha256 bound = trust.has("sha256") ? new Sha256(trust.text("sha256")) : null;
    if (trust.has("trustDomain")) {
      if (!trust.has("file")) {
        trust.error("trustDomain", "a trust domain needs \"file\", its bundle to begin with");
      }
      return new BrokerPlan.BrokerTrust.Spiffe(
          new TrustDomain(trust.text("trustDomain")), trust.relied("file"), kept, bound);
    }
    return trust.has("file")
        ? new BrokerPlan.BrokerTrust.Authorities(trust.relied("file"), kept, bound)
        : new BrokerPlan.BrokerTrust.SystemAuthorities();
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

  static Wanted wanted(Section entry) {
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

  static ListenAddress health(Section health) {
    String listen = health.optional("listen");
    try {
      return listen == null ? HEALTH : ListenAddress.parse(listen);
    } catch (IllegalArgumentException wrong) {
      health.error("listen", "\"" + listen + "\": " + wrong.getMessage());
      return HEALTH;
    }
  }
}
