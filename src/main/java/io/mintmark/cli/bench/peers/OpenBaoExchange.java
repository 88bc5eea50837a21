package io.mintmark.cli.bench.peers;

import io.mintmark.cli.bench.load.HttpOperation;
import io.mintmark.cli.bench.load.What;
import io.netty.buffer.ByteBuf;
import java.net.URI;
import java.util.List;

/**
 * What an OpenBao takes two requests for: a log-in with a JWT-SVID, and with the token of that an
 * identity token.
 */
final class OpenBaoExchange implements HttpOperation {
  private final URI address;
  private final HttpRequests logins;
  private final HttpRequests tokens;
  private final String tokenPath;

  OpenBaoExchange(URI address, String name, List<byte[]> proofs) {
    this.address = address;
    this.tokenPath = "/v1/identity/oidc/token/" + name;
    this.logins = new HttpRequests(logins(address, name, proofs), What.TOKEN, "/auth");
    this.tokens = new HttpRequests(List.of(), What.TOKEN, "/data/token");
  }

  private static List<byte[]> logins(URI address, String name, List<byte[]> proofs) {
    String before = "{\"role\":\"" + name + "\",\"jwt\":\"";
    return proofs.stream()
        .map(
            proof ->
                HttpRequests.post(
                    address,
                    "/v1/auth/" + name + "/login",
                    "",
                    before + HttpRequests.text(proof) + "\"}"))
        .toList();
  }

  @Override
  public void begin(ByteBuf out) {
    logins.begin(out);
  }

  @Override
  public Next after(int step, ByteBuf body) {
    if (step > 0) {
      return tokens.after(step, body);
    }
    String token = HttpRequests.json(body).at("/auth/client_token").asText();
    return token.isEmpty()
        ? new Over("a log-in without a token")
        : new Ask(HttpRequests.get(address, tokenPath, "X-Vault-Token: " + token + "\r\n"));
  }
}
