package io.mintmark.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClusterApiTest {
  private static final String SECRET = "s3cr3t-bearer-token";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "server: http://10.0.0.1:8080,names no API server by an https URL",
        "server: ftp://127.0.0.1,names no API server by an https URL",
        "server: http://127.0.0.1.example.org,names no API server by an https URL",
        "`server: https://10.0.0.1, insecure-skip-tls-verify: true`,turns off the check",
        "`server: https://10.0.0.1, certificate-authority: /nowhere/ca.crt`,cannot be used",
      })
  void aServerThatCouldBeAnybodyIsRefused(String cluster, String sentence) throws IOException {
    Path file = kubeconfig(cluster);
    assertThatThrownBy(() -> ClusterApi.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(sentence)
        .message()
        .doesNotContain(SECRET);
  }

  @Test
  void whatIsNoKubeconfigIsNotQuoted() throws IOException {
    Path file = folder.resolve("config");
    Files.writeString(file, "users: [{name: x, user: {token: " + SECRET + "}}}");
    assertThatThrownBy(() -> ClusterApi.open(file))
        .isInstanceOf(IOException.class)
        .message()
        .startsWith("kubeconfig")
        .doesNotContain(SECRET);
    assertThatThrownBy(() -> ClusterApi.open(folder.resolve("none")))
        .hasMessageEndingWith("cannot be read");
  }

  @Test
  void noTokenIsPrinted() throws IOException {
    try (ClusterApi api = ClusterApi.open(kubeconfig("server: https://user:pw@127.0.0.1:6443/x"))) {
      assertThat(api).hasToString("https://127.0.0.1:6443");
      assertThat(api.namespace()).isEqualTo("default");
    }
  }

  @Test
  void aProcessInNoPodIsTold() {
    assertThatThrownBy(() -> ClusterApi.inPod(Map.of(), folder))
        .hasMessageContaining("MINTMARK_KUBERNETES_KUBECONFIG");
    assertThatThrownBy(
            () -> ClusterApi.inPod(Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"), folder))
        .hasMessageContaining("does the pod mount");
  }

  @Test
  void aPodsTokenIsReadAgainSinceTheKubeletRenewsIt() throws IOException {
    Files.writeString(folder.resolve("token"), "first\n");
    Files.writeString(folder.resolve("ca.crt"), "");
    Files.writeString(folder.resolve("namespace"), "mintmark");
    try (ClusterApi api = ClusterApi.inPod(Map.of("KUBERNETES_SERVICE_HOST", "fd00::1"), folder)) {
      assertThat(api).hasToString("https://[fd00::1]:443");
      assertThat(api.namespace()).isEqualTo("mintmark");
      var tokens = api.client().getConfiguration().getOauthTokenProvider();
      assertThat(tokens.getToken()).isEqualTo("first");
      Files.writeString(folder.resolve("token"), "second");
      assertThat(tokens.getToken()).isEqualTo("second");
    }
  }

  @Test
  void aCallThatIsRefusedIsNotRepeatedBehindItsCallersBack() throws IOException {
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange.sendResponseHeaders(503, -1);
          exchange.close();
        });
    server.start();
    Path file = kubeconfig("server: http://127.0.0.1:" + server.getAddress().getPort());
    try (ClusterApi api = ClusterApi.open(file)) {
      assertThatThrownBy(() -> api.client().pods().inNamespace("a").withName("b").get())
          .isInstanceOf(KubernetesClientException.class)
          .message()
          .doesNotContain(SECRET);
      assertThat(seen).containsExactly("Bearer " + SECRET);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aTokenFileOfTheKubeconfigIsReadAtEachCall() throws IOException {
    Path file = kubeconfig("server: https://127.0.0.1:6443");
    Files.writeString(
        file, Files.readString(file).replace("token: " + SECRET, "tokenFile: ./rotated"));
    Files.writeString(folder.resolve("rotated"), "first\n");
    try (ClusterApi api = ClusterApi.open(file)) {
      var tokens = api.client().getConfiguration().getOauthTokenProvider();
      assertThat(tokens.getToken()).isEqualTo("first");
      Files.writeString(folder.resolve("rotated"), "second");
      assertThat(tokens.getToken()).isEqualTo("second");
    }
  }

  private Path kubeconfig(String cluster) throws IOException {
    Path file = folder.resolve("config");
    List<String> lines =
        List.of(
            "apiVersion: v1",
            "kind: Config",
            "clusters: [{name: c, cluster: {%s}}]".formatted(cluster),
            "users: [{name: u, user: {token: %s}}]".formatted(SECRET),
            "contexts: [{name: x, context: {cluster: c, user: u}}]",
            "current-context: x");
    Files.write(file, lines, StandardCharsets.UTF_8);
    return file;
  }
}
