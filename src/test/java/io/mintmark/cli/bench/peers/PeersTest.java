package io.mintmark.cli.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.cli.bench.load.HttpOperation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersTest {
  private static final URI ADDRESS = URI.create("http://127.0.0.1:8200");

  @TempDir Path folder;

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  @Test
  void aLogInIsHalfAnExchange() {
    OpenBaoExchange exchange = new OpenBaoExchange(ADDRESS, "n", List.of("a.b.c".getBytes()));
    ByteBuf login = Unpooled.buffer();
    exchange.begin(login);
    assertThat(login.toString(StandardCharsets.US_ASCII))
        .startsWith("POST /v1/auth/n/login HTTP/1.1\r\n")
        .endsWith("\r\n\r\n{\"role\":\"n\",\"jwt\":\"a.b.c\"}");
    HttpOperation.Next next =
        exchange.after(0, bytes("{\"auth\":{\"client_token\":\"b.secret\"}}"));
    assertThat(new String(((HttpOperation.Ask) next).request(), StandardCharsets.US_ASCII))
        .isEqualTo(
            "GET /v1/identity/oidc/token/n HTTP/1.1\r\nHost: 127.0.0.1:8200\r\n"
                + "X-Vault-Token: b.secret\r\n\r\n");
    assertThat(exchange.after(1, bytes("{\"data\":{\"token\":\"none\"}}")))
        .isEqualTo(new HttpOperation.Over("an answer without a token of ES256"));
  }

  @Test
  void aLogInWithoutATokenIsAFailure() {
    OpenBaoExchange exchange = new OpenBaoExchange(ADDRESS, "n", List.of("a.b.c".getBytes()));
    assertThat(exchange.after(0, bytes("{\"warnings\":[]}")))
        .isEqualTo(new HttpOperation.Over("a log-in without a token"));
  }

  @Test
  void fieldsOfAMessageAreFoundByNumber() {
    byte[] inner = new WireMessage().with(1, "example.org").with(2, "/a").bytes();
    byte[] outer = new WireMessage().with(3, inner).bytes();
    assertThat(WireMessage.field(WireMessage.field(outer, 3), 2)).asString().isEqualTo("/a");
    assertThat(WireMessage.field(outer, 1)).isEmpty();
    assertThat(WireMessage.field(new byte[] {10, 100, 1}, 1)).isEmpty();
  }

  @Test
  void whereNothingListensIsSaidInOneLine() throws Exception {
    Path socket = folder.resolve("none.sock");
    assertThatThrownBy(() -> Spire.at(socket))
        .isInstanceOf(IOException.class)
        .hasMessage("spire does not answer at \"" + socket + "\": UNAVAILABLE");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    URI nobody = URI.create("http://127.0.0.1:" + port);
    Shown shown = new Shown(folder.resolve("proofs"), 1);
    assertThatThrownBy(() -> OpenBao.at(nobody, "token-of-the-operator", shown))
        .isInstanceOf(IOException.class)
        .hasMessage("openbao does not answer at \"" + nobody + "\"");
    assertThatThrownBy(() -> Keycloak.at(nobody, "operator", "secret", shown))
        .isInstanceOf(IOException.class)
        .hasMessage("keycloak does not answer at \"" + nobody + "\"");
  }

  private Scripts scripts(String name, String body) throws IOException {
    Path peers = Files.createDirectories(folder.resolve("src/interop/peers"));
    Path script = Files.writeString(peers.resolve(name), "#!/bin/sh\n" + body);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return Scripts.of(folder, folder);
  }

  @Test
  void oneThatCannotBeInstalledOrStartedSaysItsLastLine() throws Exception {
    try (Scripts failing = scripts("install", "echo first; echo last >&2; exit 3")) {
      assertThatThrownBy(() -> failing.install(PeerName.SPIRE))
          .hasMessage("spire cannot be installed: last");
    }
    Path ended = folder.resolve("ended");
    try (Scripts ending = scripts("down", "echo \"$1\" > '" + ended + "'")) {
      assertThat(ending.work()).exists();
    }
    try (Scripts failing = scripts("spire-up", "echo no port >&2; exit 1")) {
      assertThatThrownBy(() -> failing.start(PeerName.SPIRE, Map.of()))
          .hasMessage("spire did not start: no port");
    }
    // what it had begun is ended all the same
    assertThat(Files.readString(ended)).endsWith("/spire\n");
  }

  @Test
  void whatWasStartedAndKeptGoesWhenItIsClosed() throws Exception {
    Path ended = folder.resolve("ended");
    scripts("down", "touch '" + ended + "'").close();
    Scripts scripts = scripts("openbao-up", "echo OPENBAO_ADDR=http://x; echo noise");
    Path work = scripts.work();
    try (scripts) {
      Scripts.Started started = scripts.start(PeerName.OPENBAO, Map.of());
      assertThat(started.value("OPENBAO_ADDR")).isEqualTo("http://x");
      assertThat(started.usage("OPENBAO_PID")).isNull();
      assertThatThrownBy(() -> started.value("OPENBAO_TOKEN")).isInstanceOf(IOException.class);
    }
    assertThat(ended).exists();
    assertThat(work).doesNotExist();
  }
}
