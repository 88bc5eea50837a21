package io.mintmark.sidecar.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What a value says is a value in YAML too, whatever it looks like. */
class KubeconfigTest {
  private static final String SERVER = "https://10.0.0.1:6443";

  private static Map<?, ?> read(Kubeconfig kubeconfig) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(kubeconfig.toYaml());
  }

  private static Kubeconfig of(String value, Path path) {
    return new Kubeconfig(value, SERVER, path, value, value, value, path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prod",
        "a: b",
        "a #b",
        "\"",
        "'",
        "\\",
        "a\", \"b",
        "\"\n  user: {token: stolen}",
        "{}",
        "[a]",
        "*a",
        "&a",
        "!!python/object",
        "null",
        "true",
        "1",
        "- a",
        "|",
        "%YAML 1.1",
        "größe"
      })
  void aValueIsNeverMoreThanAValue(String value) {
    Path path = Path.of("/run/" + value.replace('/', '_'));
    assertThat(read(of(value, path)))
        .isEqualTo(
            Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Config",
                "current-context",
                value,
                "clusters",
                List.of(
                    Map.of(
                        "name",
                        value,
                        "cluster",
                        Map.of("server", SERVER, "certificate-authority", path.toString()))),
                "contexts",
                List.of(
                    Map.of(
                        "name",
                        value,
                        "context",
                        Map.of("cluster", value, "user", value, "namespace", value))),
                "users",
                List.of(
                    Map.of(
                        "name",
                        value,
                        "user",
                        Map.of(
                            "exec",
                            Map.of(
                                "apiVersion",
                                "client.authentication.k8s.io/v1",
                                "interactiveMode",
                                "Never",
                                "provideClusterInfo",
                                false,
                                "command",
                                value,
                                "args",
                                List.of("exec-credential", "--file", path.toString()),
                                "installHint",
                                "put mintmark on PATH, or name it by its path"))))));
  }

  @Test
  void whatWasNotNamedIsLeftToKubectl() {
    String yaml =
        new Kubeconfig("prod", SERVER, null, "prod", null, "mintmark", Path.of("/run/c")).toYaml();
    assertThat(yaml).doesNotContain("certificate-authority").doesNotContain("namespace");
  }
}
