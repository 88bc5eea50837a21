package io.mintmark.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.cli.BrokerClient;
import io.mintmark.cli.ClientTls;
import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The main job against a broker started with {@code --dev}: acts as the workloads that show proof,
 * as the resource server that checks what they got, and as the auditor who reads the ledger.
 */
public final class Demo {
  static final String RESOURCE = "https://ledger.example.org";
  static final WorkloadId ORDERS = WorkloadId.parse("spiffe://dev.mintmark/ns/payments/sa/orders");
  static final WorkloadId STAGING = WorkloadId.parse("spiffe://dev.mintmark/ns/staging/sa/orders");
  private static final Duration EVIDENCE_LIFETIME = Duration.ofMinutes(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI broker;
  private final Path data;
  private final List<X509Certificate> authorities;
  private final DevAuthority dev;
  private final InstantSource clock;
  private final List<Step> steps = new ArrayList<>();

  /**
   * @param broker its HTTPS address
   * @param data its data folder, where the development authorities and the ledger are
   * @param authorities what its server certificate ends at
   */
  public Demo(URI broker, Path data, List<X509Certificate> authorities, InstantSource clock)
      throws IOException {
    this.broker = broker;
    this.data = data;
    this.authorities = List.copyOf(authorities);
    this.dev = DevAuthority.open(data, clock);
    this.clock = clock;
  }

  /** Runs every step, prints the report and says whether every check held. */
  public boolean run(PrintStream out, boolean json) {
    run(
        out,
        json,
        new Step("jwt-svid-to-access-token", "JWT-SVID in, scoped access token out"),
        this::tokenForJwtSvid);
    run(
        out,
        json,
        new Step("x509-svid-to-bound-token", "X.509-SVID by mutual TLS in, token bound to it out"),
        this::tokenForX509Svid);
    run(
        out,
        json,
        new Step("csr-to-x509-svid", "Kubernetes token and CSR in, X.509-SVID out"),
        this::certificate);
    run(
        out,
        json,
        new Step("denied", "What policy denies, with the operator's explanation"),
        this::denial);
    run(
        out,
        json,
        new Step("ledger", "The record of all that"),
        step -> LedgerStep.check(step, data));
    boolean ok = steps.stream().allMatch(Step::ok);
    if (json) {
      out.println(Report.json(ok, steps));
      out.flush();
    }
    return ok;
  }

  private void run(PrintStream out, boolean json, Step step, Act act) {
    try {
      act.on(step);
    } catch (IOException | GeneralSecurityException failed) {
      String message = failed.getMessage();
      step.failed(message == null ? failed.getClass().getSimpleName() : message);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      step.failed("interrupted");
    }
    steps.add(step);
    if (!json) {
      Report.print(out, steps.size(), step);
    }
  }

  private void tokenForJwtSvid(Step step)
      throws IOException, GeneralSecurityException, InterruptedException {
    try (BrokerClient client = client(null)) {
      ResourceServer server = ResourceServer.discover(client);
      String proof = dev.jwtSvid(ORDERS, server.issuer(), EVIDENCE_LIFETIME);
      step.saw("who", ORDERS.uri()).saw("proof", "a JWT-SVID of trust domain dev.mintmark");
      JsonNode answer =
          client.postForm(
              "/oauth2/token",
              "grant_type=client_credentials"
                  + "&client_assertion_type="
                  + BrokerClient.encoded("urn:ietf:params:oauth:client-assertion-type:jwt-spiffe")
                  + "&client_assertion="
                  + proof
                  + "&scope=ledger%3Aread&resource="
                  + BrokerClient.encoded(RESOURCE));
      step.saw("got", described(answer));
      Map<String, Object> claims = server.claims(answer.path("access_token").asText(), RESOURCE);
      step.check("signature by the published keys, type at+jwt, issuer, expiry", true)
          .check(
              "audience is " + RESOURCE + " alone",
              RESOURCE.equals(claims.get("aud")) || List.of(RESOURCE).equals(claims.get("aud")))
          .check("subject is the workload", ORDERS.uri().equals(claims.get("sub")))
          .check("scope is ledger:read", "ledger:read".equals(claims.get("scope")));
    }
  }

  private void tokenForX509Svid(Step step)
      throws IOException, GeneralSecurityException, InterruptedException {
    DevAuthority.X509Evidence svid = dev.x509Svid(ORDERS, EVIDENCE_LIFETIME);
    try (BrokerClient client =
        client(new ClientTls.Identity(svid.chain(), svid.keys().getPrivate()))) {
      ResourceServer server = ResourceServer.discover(client);
      step.saw("who", ORDERS.uri()).saw("proof", "an X.509-SVID, its key shown by TLS");
      JsonNode answer =
          client.postForm(
              "/oauth2/token",
              "grant_type=client_credentials&client_id="
                  + BrokerClient.encoded(ORDERS.uri())
                  + "&resource="
                  + BrokerClient.encoded(RESOURCE));
      step.saw("got", described(answer));
      Map<String, Object> claims = server.claims(answer.path("access_token").asText(), RESOURCE);
      String thumbprint = Certificates.thumbprint(svid.chain().getFirst());
      step.saw("bound to", "x5t#S256 " + thumbprint)
          .check("signature, type, issuer, audience, expiry", true)
          .check(
              "cnf names that certificate, so a thief without its key has nothing",
              Map.of("x5t#S256", thumbprint).equals(claims.get("cnf")));
    }
  }

  private void certificate(Step step)
      throws IOException, GeneralSecurityException, InterruptedException {
    try (BrokerClient client = client(null)) {
      ResourceServer server = ResourceServer.discover(client);
      String proof =
          dev.serviceAccountToken("payments", "orders", server.issuer(), EVIDENCE_LIFETIME);
      step.saw("who", "service account orders of namespace payments")
          .saw("proof", "its projected token, from the development cluster");
      Certificates.Request request = Certificates.request();
      ObjectNode body = JSON.createObjectNode();
      body.putObject("evidence").put("kind", "kubernetes").put("token", proof);
      body.put("csr", request.pem());
      JsonNode answer = client.post("/v1/certificates", body);
      List<X509Certificate> chain = Certificates.parse(answer.path("certificate_chain").asText());
      step.saw("got", answer.path("spiffe_id").asText())
          .saw("serial", answer.path("serial").asText())
          .check(
              "the certificate is for the key that we made",
              chain.getFirst().getPublicKey().equals(request.key()))
          .check(
              "the chain ends at the broker's published SPIFFE bundle",
              Certificates.endsAt(chain, client.get("/spiffe/bundle"), clock.instant()))
          .check("its one URI name is the workload", Certificates.names(chain.getFirst(), ORDERS));
    }
  }

  private void denial(Step step)
      throws IOException, GeneralSecurityException, InterruptedException {
    try (BrokerClient client = client(null)) {
      String issuer = ResourceServer.discover(client).issuer();
      String proof = dev.jwtSvid(STAGING, issuer, EVIDENCE_LIFETIME);
      step.saw("who", STAGING.uri()).saw("proof", "a JWT-SVID that holds").saw("asked", RESOURCE);
      ObjectNode body = JSON.createObjectNode();
      body.putObject("evidence").put("kind", "jwt-svid").put("token", proof);
      body.put("resource", RESOURCE);
      try {
        client.post("/v1/exchange", body);
        step.failed("the broker struck a credential that policy denies");
      } catch (BrokerClient.Refusal refusal) {
        String reason = refusal.body().path("reason").asText();
        step.saw("caller", String.valueOf(refusal.getMessage()))
            .saw("operator", explained(client.post("/v1/explain", body)))
            .check("refused by the guardrail", reason.equals("guardrail"));
      }
    }
  }

  private BrokerClient client(ClientTls.@Nullable Identity identity)
      throws IOException, GeneralSecurityException {
    return new BrokerClient(broker, ClientTls.context(authorities, identity));
  }

  private static String described(JsonNode answer) {
    return "access token for %s s, scope %s (decision %s)"
        .formatted(
            answer.path("expires_in").asText(),
            answer.path("scope").asText(),
            answer.path("decision_id").asText());
  }

  private static String explained(JsonNode explanation) {
    JsonNode text = explanation.path("text");
    return text.isTextual() ? text.asText().strip() : explanation.toString();
  }

  /** What a step does. */
  private interface Act {
    void on(Step step) throws IOException, GeneralSecurityException, InterruptedException;
  }
}
