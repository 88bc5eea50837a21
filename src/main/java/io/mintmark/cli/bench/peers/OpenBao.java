package io.mintmark.cli.bench.peers;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.cli.bench.load.CertificateRequests;
import io.mintmark.cli.bench.load.HttpCaller;
import io.mintmark.cli.bench.load.HttpOperation;
import io.mintmark.cli.bench.load.Usage;
import io.mintmark.cli.bench.load.What;
import io.mintmark.cli.dev.DevAuthority;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An OpenBao server, with mounts, roles and a policy of this bench's own name. */
public final class OpenBao implements Peer {
  private static final String NAME = "mintmark-bench";
  private static final String PKI = NAME + "-pki";
  private static final String AUDIENCE = "https://bench.example.org";

  /** What may be done with the token of a log-in: what is measured, and nothing else. */
  private static final String POLICY =
      """
      path "identity/oidc/token/%s" { capabilities = ["read"] }
      path "%s/sign/%s" { capabilities = ["update"] }
      """
          .formatted(NAME, PKI, NAME);

  private final URI address;
  private final Shown shown;
  private final PeerApi api;
  private final Scripts.@Nullable Started started;

  private OpenBao(URI address, Shown shown, PeerApi api, Scripts.@Nullable Started started) {
    this.address = address;
    this.shown = shown;
    this.api = api;
    this.started = started;
  }

  /** One of its own. */
  public static OpenBao start(Scripts scripts, Shown shown)
      throws IOException, InterruptedException {
    Scripts.Started started = scripts.start(PeerName.OPENBAO, Map.of());
    try {
      URI address = URI.create(started.value("OPENBAO_ADDR"));
      return of(address, started.value("OPENBAO_TOKEN"), shown, started);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      started.close();
      throw failed;
    }
  }

  /**
   * One that runs already.
   *
   * @param token of an operator who may make mounts, policies and roles
   */
  public static OpenBao at(URI address, String token, Shown shown)
      throws IOException, InterruptedException {
    return of(address, token, shown, null);
  }

  private static OpenBao of(
      URI address, String token, Shown shown, Scripts.@Nullable Started started)
      throws IOException, InterruptedException {
    PeerApi api = new PeerApi(PeerName.OPENBAO, address);
    api.authorize("X-Vault-Token", token);
    OpenBao ready = new OpenBao(address, shown, api, started);
    try {
      ready.make();
      return ready;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      ready.unmake();
      throw failed;
    }
  }

  private void make() throws IOException, InterruptedException {
    unmake();
    api.post("/v1/sys/auth/" + NAME, json().put("type", "jwt"));
    ObjectNode keys = json();
    keys.putArray("jwt_validation_pubkeys").add(shown.publicKeyPem());
    api.post("/v1/auth/" + NAME + "/config", keys);
    api.post("/v1/sys/policies/acl/" + NAME, json().put("policy", POLICY));
    ObjectNode login =
        json()
            .put("role_type", "jwt")
            .put("user_claim", "sub")
            .put("token_type", "batch")
            .put("token_ttl", "5m")
            .put("token_no_default_policy", true);
    login.putArray("bound_audiences").add(AUDIENCE);
    login.putArray("token_policies").add(NAME);
    api.post("/v1/auth/" + NAME + "/role/" + NAME, login);
    ObjectNode key = json().put("algorithm", "ES256");
    key.putArray("allowed_client_ids").add("*");
    api.post("/v1/identity/oidc/key/" + NAME, key);
    api.post("/v1/identity/oidc/role/" + NAME, json().put("key", NAME).put("ttl", "5m"));
    ObjectNode pki = json().put("type", "pki");
    pki.putObject("config").put("max_lease_ttl", "48h");
    api.post("/v1/sys/mounts/" + PKI, pki);
    api.post("/v1/" + PKI + "/root/generate/internal", ecKey().put("common_name", NAME));
    ObjectNode role =
        ecKey().put("allow_any_name", true).put("require_cn", false).put("use_csr_sans", true);
    role.putArray("allowed_uri_sans").add("spiffe://" + DevAuthority.TRUST_DOMAIN.name() + "/*");
    api.post("/v1/" + PKI + "/roles/" + NAME, role.put("ttl", "1h"));
  }

  private static ObjectNode ecKey() {
    return json().put("key_type", "ec").put("key_bits", 256).put("ttl", "48h");
  }

  private void unmake() {
    for (String made :
        List.of(
            "sys/auth/" + NAME,
            "sys/mounts/" + PKI,
            "identity/oidc/role/" + NAME,
            "identity/oidc/key/" + NAME,
            "sys/policies/acl/" + NAME)) {
      api.delete("/v1/" + made);
    }
  }

  static ObjectNode json() {
    return new ObjectNode(JsonNodeFactory.instance);
  }

  @Override
  public String setUp() {
    return started == null
        ? "plain HTTP; storage and audit as it has them"
        : "plain HTTP, raft, an audit file that is not synced, ES256, batch tokens";
  }

  @Override
  public List<Operation> operations() throws IOException, InterruptedException {
    OpenBaoExchange exchange = new OpenBaoExchange(address, NAME, shown.proofs(AUDIENCE));
    ObjectNode asked = json().put("type", "batch").put("ttl", "1h");
    asked.putArray("policies").add(NAME);
    String token = api.post("/v1/auth/token/create", asked).at("/auth/client_token").asText();
    List<byte[]> csrs =
        CertificateRequests.named(DevAuthority.TRUST_DOMAIN.name(), CertificateRequests.MOST);
    List<byte[]> requests =
        csrs.stream()
            .map(
                csr ->
                    HttpRequests.post(
                        address,
                        "/v1/" + PKI + "/sign/" + NAME,
                        "X-Vault-Token: " + token + "\r\n",
                        json().put("csr", Pem.of("CERTIFICATE REQUEST", csr)).toString()))
            .toList();
    return List.of(
        operation(What.TOKEN, "JWT log-in + identity token", exchange),
        operation(
            What.CERTIFICATE,
            "pki/sign, stored",
            new HttpRequests(requests, What.CERTIFICATE, "/data/certificate")));
  }

  private Operation operation(What what, String name, HttpOperation asked) {
    return new Operation(
        what,
        name,
        Duration.ZERO,
        () -> new NioEventLoopGroup(1),
        loop -> new HttpCaller(loop, address, null, asked, false));
  }

  @Override
  public @Nullable Usage usage() {
    return started == null ? null : started.usage("OPENBAO_PID");
  }

  @Override
  public void close() {
    if (started == null) {
      unmake();
    } else {
      started.close();
    }
    api.close();
  }
}
