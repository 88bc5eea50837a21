package io.mintmark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mintmark token}. */
@Command(
    name = "token",
    description = "Exchanges evidence for an access token or a JWT-SVID and prints it.",
    footer = {
      "",
      "Examples:",
      "  mintmark token --evidence svid.jwt --resource https://ledger.example.org",
      "  mintmark token --cert svid.pem --key key.pem --header \\",
      "      --resource https://ledger.example.org"
    })
final class TokenCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final InstantSource clock = InstantSource.system();

  @Mixin ClientOptions options = new ClientOptions();

  @ArgGroup(multiplicity = "1")
  Target target = new Target();

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      description = "Scope to ask for, repeatable (default: all that is granted).")
  @Nullable List<String> scopes;

  @ArgGroup Format format = new Format();

  @Spec CommandSpec spec;

  /** What the token is for. */
  static final class Target {
    @Option(names = "--resource", paramLabel = "URI", description = "Audience of the resource.")
    @Nullable String resource;

    @Option(
        names = "--jwt-svid-audience",
        paramLabel = "AUD",
        description =
            "Ask for a JWT-SVID for this audience, repeatable, in place of an access token.")
    @Nullable List<String> audiences;
  }

  /** How it is printed. */
  static final class Format {
    @Option(names = "--json", description = "Print the broker's whole answer.")
    boolean json;

    @Option(names = "--header", description = "Print an Authorization header line.")
    boolean header;

    @Option(names = "--exec", description = "Print a Kubernetes ExecCredential.")
    boolean exec;
  }

  @Override
  public Integer call() throws Exception {
    try (BrokerClient client = options.client()) {
      ObjectNode body = JSON.createObjectNode();
      options.addTo(body, ClientOptions.issuer(client));
      if (target.resource != null) {
        body.put("resource", target.resource);
      } else {
        ArrayNode audiences =
            body.putObject("credential").putObject("jwt_svid").putArray("audiences");
        ClientOptions.listed(target.audiences).forEach(audiences::add);
      }
      if (scopes != null) {
        scopes.forEach(body.putArray("scopes")::add);
      }
      print(client.post("/v1/exchange", body));
    }
    return 0;
  }

  private void print(JsonNode answer) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    String token = Shown.token(answer.path("access_token").asText());
    if (format.json) {
      out.println(answer.toPrettyString());
    } else if (format.header) {
      out.println("Authorization: Bearer " + token);
    } else if (format.exec) {
      Instant expires = clock.instant().plusSeconds(answer.path("expires_in").asLong());
      ObjectNode credential = JSON.createObjectNode();
      credential.put("apiVersion", "client.authentication.k8s.io/v1");
      credential.put("kind", "ExecCredential");
      credential
          .putObject("status")
          .put("token", token)
          .put("expirationTimestamp", expires.toString());
      out.println(credential.toPrettyString());
    } else {
      out.println(token);
    }
  }
}
