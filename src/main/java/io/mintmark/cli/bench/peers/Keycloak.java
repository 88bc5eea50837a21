package io.mintmark.cli.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.cli.bench.load.HttpCaller;
import io.mintmark.cli.bench.load.Proofs;
import io.mintmark.cli.bench.load.Usage;
import io.mintmark.cli.bench.load.What;
import io.mintmark.cli.dev.DevAuthority;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Keycloak, with a realm of this bench's own name whose clients prove who they are by SPIFFE. */
public final class Keycloak implements Peer {
  private static final String REALM = "mintmark-bench";
  private static final String PROVIDER = "spiffe";
  private static final Duration WARM_UP = Duration.ofMinutes(2);

  /** Each is a client of the realm, and a realm with a thousand takes minutes to make. */
  private static final int CLIENTS = 32;

  private final URI address;
  private final String user;
  private final String password;
  private final Shown shown;
  private final PeerApi api;
  private final BundleEndpoint bundle;
  private final Scripts.@Nullable Started started;

  private Keycloak(
      URI address,
      String user,
      String password,
      Shown shown,
      BundleEndpoint bundle,
      Scripts.@Nullable Started started) {
    this.address = address;
    this.user = user;
    this.password = password;
    this.shown = shown;
    this.api = new PeerApi(PeerName.KEYCLOAK, address);
    this.bundle = bundle;
    this.started = started;
  }

  /** One of its own. */
  public static Keycloak start(Scripts scripts, Shown shown)
      throws IOException, InterruptedException {
    Scripts.Started started = scripts.start(PeerName.KEYCLOAK, Map.of());
    try {
      return of(
          URI.create(started.value("KEYCLOAK_URL")),
          started.value("KEYCLOAK_USER"),
          started.value("KEYCLOAK_PASSWORD"),
          shown,
          started);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      started.close();
      throw failed;
    }
  }

  /**
   * One that runs already, on this machine: it fetches the keys of the proofs from here.
   *
   * @param user of the realm {@code master} who may make realms
   */
  public static Keycloak at(URI address, String user, String password, Shown shown)
      throws IOException, InterruptedException {
    return of(address, user, password, shown, null);
  }

  private static Keycloak of(
      URI address, String user, String password, Shown shown, Scripts.@Nullable Started started)
      throws IOException, InterruptedException {
    BundleEndpoint bundle = new BundleEndpoint(shown.bundle());
    Keycloak ready = new Keycloak(address, user, password, shown, bundle, started);
    try {
      ready.unmake();
      ready.api.post("/admin/realms", realm(bundle.address()));
      return ready;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      bundle.close();
      throw failed;
    }
  }

  /** Its operators' tokens live for a minute. */
  private void logIn() throws IOException, InterruptedException {
    String form =
        "grant_type=password&client_id=admin-cli&username="
            + encoded(user)
            + "&password="
            + encoded(password);
    JsonNode answer = api.postForm("/realms/master/protocol/openid-connect/token", form);
    api.authorize("Authorization", "Bearer " + answer.path("access_token").asText());
  }

  private void unmake() throws IOException, InterruptedException {
    logIn();
    api.delete("/admin/realms/" + REALM);
  }

  private static ObjectNode realm(URI bundle) {
    ObjectNode realm =
        new ObjectNode(JsonNodeFactory.instance)
            .put("realm", REALM)
            .put("enabled", true)
            .put("sslRequired", "none")
            .put("defaultSignatureAlgorithm", "ES256")
            .put("accessTokenLifespan", 300);
    ObjectNode key =
        realm
            .putObject("components")
            .putArray("org.keycloak.keys.KeyProvider")
            .addObject()
            .put("name", "es256")
            .put("providerId", "ecdsa-generated");
    key.putObject("config").putArray("ecdsaEllipticCurveKey").add("P-256");
    ObjectNode provider =
        realm
            .putArray("identityProviders")
            .addObject()
            .put("alias", PROVIDER)
            .put("providerId", "spiffe")
            .put("enabled", true);
    provider
        .putObject("config")
        .put("trustDomain", "spiffe://" + DevAuthority.TRUST_DOMAIN.name())
        .put("bundleEndpoint", bundle.toString());
    ArrayNode clients = realm.putArray("clients");
    for (int i = 0; i < CLIENTS; i++) {
      ObjectNode client =
          clients
              .addObject()
              .put("clientId", "bench-" + i)
              .put("enabled", true)
              .put("publicClient", false)
              .put("standardFlowEnabled", false)
              .put("serviceAccountsEnabled", true)
              .put("clientAuthenticatorType", "federated-jwt");
      client
          .putObject("attributes")
          .put("jwt.credential.issuer", PROVIDER)
          .put(
              "jwt.credential.sub",
              "spiffe://" + DevAuthority.TRUST_DOMAIN.name() + Proofs.PATH + i);
    }
    return realm;
  }

  @Override
  public String setUp() {
    return "plain HTTP, %d clients, ES256; %s"
        .formatted(CLIENTS, started == null ? "its database as it has it" : "H2 in a file");
  }

  @Override
  public List<Operation> operations() throws IOException, InterruptedException {
    JsonNode said = api.get("/realms/" + REALM + "/.well-known/openid-configuration");
    String path = URI.create(said.path("token_endpoint").asText()).getRawPath();
    String before =
        "grant_type=client_credentials&client_assertion_type="
            + encoded("urn:ietf:params:oauth:client-assertion-type:jwt-spiffe")
            + "&client_assertion=";
    List<byte[]> requests =
        shown.proofs(said.path("issuer").asText(), CLIENTS).stream()
            .map(
                proof ->
                    HttpRequests.post(
                        address,
                        path,
                        "Content-Type: application/x-www-form-urlencoded\r\n",
                        before + HttpRequests.text(proof)))
            .toList();
    HttpRequests asked = new HttpRequests(requests, What.TOKEN, "/access_token");
    return List.of(
        new Operation(
            What.TOKEN,
            "JWT-SVID to access token",
            WARM_UP,
            () -> new NioEventLoopGroup(1),
            loop -> new HttpCaller(loop, address, null, asked, false)));
  }

  @Override
  public @Nullable Usage usage() {
    return started == null ? null : started.usage("KEYCLOAK_PID");
  }

  @Override
  public void close() {
    if (started == null) {
      try {
        unmake();
      } catch (IOException gone) {
        // it ended
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    } else {
      started.close();
    }
    api.close();
    bundle.close();
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
