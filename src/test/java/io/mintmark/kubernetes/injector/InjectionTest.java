package io.mintmark.kubernetes.injector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Documents;
import io.mintmark.documents.Kind;
import io.mintmark.jose.Crypto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InjectionTest {
  private static final String WANTED =
      "{\"mintmark.io/inject\": \"true\", \"mintmark.io/resource\":"
          + " \"https://ledger.example.org\"}";

  @TempDir private Path folder;

  @Test
  void aPodThatAsksForNothingIsLeftAlone() throws DocumentErrors {
    for (String annotations : List.of("{}", "{\"mintmark.io/inject\": \"false\"}", "null")) {
      assertThat(into(Pods.pod(annotations))).isInstanceOf(Injection.Outcome.Untouched.class);
    }
  }

  @Test
  void anExcludedNamespaceIsLeftAlone() throws DocumentErrors {
    assertThat(Pods.injection(folder).into(Pods.pod(WANTED), "kube-system"))
        .isInstanceOf(Injection.Outcome.Untouched.class);
  }

  @Test
  void theSidecarComesFirstSoThatInitContainersFindTheirCredentials() throws DocumentErrors {
    ObjectNode pod = injected(Pods.pod(WANTED));
    assertThat(names(pod.at("/spec/initContainers"))).containsExactly("mintmark", "migrate");
    assertThat(pod.at("/spec/initContainers/0/restartPolicy").asText()).isEqualTo("Always");
    assertThat(pod.at("/spec/initContainers/0/startupProbe/httpGet/path").asText())
        .isEqualTo("/q/health/ready");
  }

  @Test
  void everyContainerSeesTheSharedFolderAndNoneButTheSidecarCanWriteIt() throws DocumentErrors {
    ObjectNode pod = injected(Pods.pod(WANTED));
    for (String container : List.of("/spec/initContainers/1", "/spec/containers/0")) {
      JsonNode mount = pod.at(container).path("volumeMounts");
      JsonNode ours = mount.path(mount.size() - 1);
      assertThat(ours.path("mountPath").asText()).isEqualTo("/run/mintmark");
      assertThat(ours.path("readOnly").asBoolean()).isTrue();
      assertThat(mount).noneMatch(each -> each.path("name").asText().equals("mintmark-token"));
    }
    assertThat(pod.at("/spec/containers/0/env/1/name").asText()).isEqualTo("LEDGER_TOKEN_FILE");
  }

  @Test
  void onlyTheContainersThatAreNamedGetIt() throws DocumentErrors {
    ObjectNode pod =
        injected(Pods.pod(WANTED.replace("}", ", \"mintmark.io/containers\": \"main\"}")));
    assertThat(pod.at("/spec/containers/0/volumeMounts")).hasSize(2);
    assertThat(pod.at("/spec/containers/1/volumeMounts")).isEmpty();
    assertThat(pod.at("/spec/containers/1/env").isMissingNode()).isTrue();
  }

  @Test
  void theSidecarMeetsTheRestrictedLevel() throws DocumentErrors {
    JsonNode rights = injected(Pods.pod(WANTED)).at("/spec/initContainers/0/securityContext");
    assertThat(rights.path("runAsNonRoot").asBoolean()).isTrue();
    assertThat(rights.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(rights.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(rights.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(rights.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    assertThat(rights.path("runAsUser").asLong()).isEqualTo(65532);
  }

  @Test
  void itsDocumentIsOneOfASidecarAndItsTokenIsForTheBrokerAlone() throws DocumentErrors {
    ObjectNode pod = injected(Pods.pod(WANTED));
    String text = pod.path("metadata").path("annotations").path(Wish.DOCUMENT).asText();
    JsonNode document = Documents.only("pod", text, Kind.SIDECAR).root();
    assertThat(document.at("/spec/deliver/0/credential/accessToken/resource").asText())
        .isEqualTo("https://ledger.example.org");
    assertThat(document.at("/spec/deliver/0/to/file/path").asText())
        .isEqualTo("/run/mintmark/token");
    assertThat(document.at("/spec/broker/trust/file").asText())
        .isEqualTo("/etc/mintmark-sidecar/authorities.pem");
    assertThat(document.at("/spec/broker/trust/kept").asText()).isEqualTo("/run/mintmark/.trust");
    JsonNode token = pod.at("/spec/volumes/2/projected/sources/0/serviceAccountToken");
    assertThat(token.path("audience").asText()).isEqualTo("https://mintmark.example.org");
    assertThat(token.path("expirationSeconds").asLong()).isEqualTo(3600);
    assertThat(pod.at("/spec/volumes/1/emptyDir/medium").asText()).isEqualTo("Memory");
  }

  @Test
  void aPodWithOneUserSharesItWithTheSidecarAndNobodyElseReadsTheFile() throws DocumentErrors {
    ObjectNode pod = injected(Pods.pod(WANTED, "{\"runAsUser\": 1000}"));
    assertThat(pod.at("/spec/initContainers/0/securityContext/runAsUser").asLong()).isEqualTo(1000);
    assertThat(mode(pod)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"runAsUser\": 0}", "{\"runAsUser\": null}"})
  void whereItsUserIsNotKnownEveryUserOfItsContainersReadsTheFile(String security)
      throws DocumentErrors {
    ObjectNode pod = injected(Pods.pod(WANTED, security));
    assertThat(pod.at("/spec/initContainers/0/securityContext/runAsUser").asLong())
        .isEqualTo(65532);
    assertThat(mode(pod)).isEqualTo("0444");
  }

  @Test
  void oneAnnotationSufficesWhereTheProfileLeavesNothingToThePod() throws DocumentErrors {
    String one = Pods.DOCUMENT.replace("name: default", "name: x").replace("identity", "default");
    Injection injection = new Injection(Pods.plan(folder, one), () -> "");
    ObjectNode pod = Pods.pod("{\"mintmark.io/inject\": \"true\"}");
    ObjectNode injected = ((Injection.Outcome.Injected) injection.into(pod, "payments")).pod();
    assertThat(names(injected.at("/spec/initContainers"))).containsExactly("mintmark", "migrate");
    // a namespace's quota refuses a pod of which one container says nothing
    JsonNode resources = injected.at("/spec/initContainers/0/resources");
    assertThat(resources.at("/requests/cpu").asText()).isEqualTo("10m");
    assertThat(resources.at("/requests/memory").asText()).isEqualTo("96Mi");
    assertThat(resources.at("/limits/memory").asText()).isEqualTo("128Mi");
  }

  @Test
  void aPodInItsNodesNetworkIsRefusedSinceTheSidecarsPortWouldBeEverybodys() throws DocumentErrors {
    ObjectNode pod = Pods.pod(WANTED);
    ((ObjectNode) pod.path("spec")).put("hostNetwork", true);
    assertThat(((Injection.Outcome.Refused) into(pod)).sentence()).contains("hostNetwork");
  }

  @Test
  void aPortThatTwoWouldHaveIsRefused() throws DocumentErrors {
    ObjectNode pod = Pods.pod(WANTED);
    ((ObjectNode) pod.at("/spec/containers/1"))
        .putArray("ports")
        .addObject()
        .put("containerPort", 9961);
    assertThat(((Injection.Outcome.Refused) into(pod)).sentence())
        .startsWith("container \"logs\" has port 9961");
  }

  @Test
  void theImageIsPulledByTheSecretsThatThePlatformTeamNames() throws DocumentErrors {
    String registry =
        Pods.DOCUMENT.replace("namespaces:", "imagePullSecrets: [registry]\n  namespaces:");
    Injection injection = new Injection(Pods.plan(folder, registry), () -> "");
    ObjectNode pod = Pods.pod(WANTED);
    ((ObjectNode) pod.path("spec")).putArray("imagePullSecrets").addObject().put("name", "own");
    ObjectNode once = ((Injection.Outcome.Injected) injection.into(pod, "payments")).pod();
    assertThat(names(once.at("/spec/imagePullSecrets"))).containsExactly("own", "registry");
    assertThat(((Injection.Outcome.Injected) injection.into(once, "payments")).pod())
        .isEqualTo(once);
  }

  @Test
  void doneTwiceItIsTheSame() throws DocumentErrors {
    ObjectNode once = injected(Pods.pod(WANTED));
    assertThat(injected(once)).isEqualTo(once);
  }

  @Test
  void whatTheSidecarIsStartedWithBindsItToDocumentAndAuthorities() throws DocumentErrors {
    ObjectNode pod = injected(Pods.pod(WANTED));
    JsonNode annotations = pod.path("metadata").path("annotations");
    JsonNode command = pod.at("/spec/initContainers/0/command");
    assertThat(command.path(command.size() - 2).asText()).isEqualTo("--document-sha256");
    assertThat(command.path(command.size() - 1).asText())
        .isEqualTo(sha256(annotations.path(Wish.DOCUMENT).asText()));
    assertThat(
            Pods.json(annotations.path(Wish.DOCUMENT).asText())
                .at("/spec/broker/trust/sha256")
                .asText())
        .isEqualTo(sha256(annotations.path(Wish.AUTHORITIES).asText()));

    // a pod that is made of another's, changed by who forges
    ((ObjectNode) annotations).put(Wish.DOCUMENT, "{}").put(Wish.AUTHORITIES, "forged");
    ObjectNode again = injected(pod);
    assertThat(again.at("/spec/initContainers/0/command")).isEqualTo(command);
    assertThat(again).isEqualTo(injected(Pods.pod(WANTED)));
  }

  private static String sha256(String text) {
    return HexFormat.of().formatHex(Crypto.sha256(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatAPodForgedUnderOurNamesIsReplaced() throws DocumentErrors {
    ObjectNode pod = Pods.pod(WANTED.replace("}", ", \"mintmark.io/status\": \"injected\"}"));
    ((com.fasterxml.jackson.databind.node.ArrayNode) pod.at("/spec/initContainers"))
        .add(
            Pods.json(
                "{\"name\": \"mintmark\", \"image\": \"evil.example.org/x\","
                    + " \"securityContext\": {\"privileged\": true}}"));
    ((com.fasterxml.jackson.databind.node.ArrayNode) pod.at("/spec/volumes"))
        .add(Pods.json("{\"name\": \"mintmark-shared\", \"hostPath\": {\"path\": \"/\"}}"));
    ObjectNode after = injected(pod);
    assertThat(names(after.at("/spec/initContainers"))).containsExactly("mintmark", "migrate");
    assertThat(after.toString()).doesNotContain("evil").doesNotContain("hostPath");
  }

  @Test
  void whatHasOurNamesAndIsNotOursIsRefused() throws DocumentErrors {
    ObjectNode container = Pods.pod(WANTED);
    ((ObjectNode) container.at("/spec/containers/1")).put("name", "mintmark");
    assertThat(refused(container)).contains("called \"mintmark\"");
    ObjectNode volume = Pods.pod(WANTED);
    ((ObjectNode) volume.at("/spec/volumes/0")).put("name", "mintmark-token");
    assertThat(refused(volume)).contains("called \"mintmark-token\"");
    ObjectNode mount = Pods.pod(WANTED);
    ((ObjectNode) mount.at("/spec/containers/0/volumeMounts/0")).put("mountPath", "/run/mintmark");
    assertThat(refused(mount)).contains("something else at \"/run/mintmark\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mintmark.io/inject|yes|is \"true\" or \"false\"",
        "mintmark.io/profile|nobody|there is no profile \"nobody\"",
        "mintmark.io/profile|../x|has a value that it cannot have",
        "mintmark.io/resource|a b|has a value that it cannot have",
        "mintmark.io/scopes|a  b|has a value that it cannot have",
        "mintmark.io/containers|other|it has no container \"other\"",
        "mintmark.io/containers|main,|has a value that it cannot have"
      })
  void whatCannotBeMeantIsRefusedWithASentence(String name, String value, String sentence)
      throws DocumentErrors {
    ObjectNode pod = Pods.pod(WANTED);
    ((ObjectNode) pod.at("/metadata/annotations")).put(name, value);
    assertThat(refused(pod)).contains(sentence);
  }

  @Test
  void aResourceThatTheProfileLeavesToThePodMustBeSaid() throws DocumentErrors {
    assertThat(refused(Pods.pod("{\"mintmark.io/inject\": \"true\"}")))
        .isEqualTo("its profile wants annotation mintmark.io/resource");
  }

  @Test
  void anAnnotationChoosesNeitherImageNorPrivilege() throws DocumentErrors {
    String more =
        ", \"mintmark.io/image\": \"evil\", \"mintmark.io/document\": \"{evil}\","
            + " \"mintmark.io/authorities\": \"evil\"}";
    ObjectNode pod = injected(Pods.pod(WANTED.replace("}", more)));
    assertThat(pod.at("/spec/initContainers/0/image").asText())
        .startsWith("registry.example.org/mintmark@sha256:");
    assertThat(pod.path("metadata").path("annotations").path(Wish.DOCUMENT).asText())
        .doesNotContain("evil");
    assertThat(pod.path("metadata").path("annotations").path(Wish.AUTHORITIES).asText())
        .doesNotContain("evil");
  }

  private Injection.Outcome into(ObjectNode pod) throws DocumentErrors {
    return Pods.injection(folder).into(pod, "payments");
  }

  private ObjectNode injected(ObjectNode pod) throws DocumentErrors {
    ObjectNode before = pod.deepCopy();
    Injection.Outcome outcome = into(pod);
    assertThat(pod).as("the question").isEqualTo(before);
    assertThat(outcome).isInstanceOf(Injection.Outcome.Injected.class);
    return ((Injection.Outcome.Injected) outcome).pod();
  }

  private String refused(ObjectNode pod) throws DocumentErrors {
    Injection.Outcome outcome = into(pod);
    assertThat(outcome).isInstanceOf(Injection.Outcome.Refused.class);
    return ((Injection.Outcome.Refused) outcome).sentence();
  }

  private static String mode(ObjectNode pod) {
    return Pods.json(pod.path("metadata").path("annotations").path(Wish.DOCUMENT).asText())
        .at("/spec/deliver/0/to/file/mode")
        .asText();
  }

  private static List<String> names(JsonNode list) {
    List<String> names = new ArrayList<>();
    list.forEach(each -> names.add(each.path("name").asText()));
    return names;
  }
}
