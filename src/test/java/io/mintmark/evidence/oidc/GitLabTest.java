package io.mintmark.evidence.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.evidence.Platform;
import io.mintmark.jose.Claims;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.Reason;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitLabTest {
  private static final String JOB =
      """
      {"iss":"https://gitlab.com","aud":"https://broker.example.org",
       "sub":"project_path:my-group/my-project:ref_type:branch:ref:main",
       "namespace_id":"72","namespace_path":"my-group","project_id":"20",
       "project_path":"my-group/my-project","user_id":"1","user_login":"sample-user",
       "pipeline_id":"574","pipeline_source":"push","job_id":"302","ref":"main",
       "ref_type":"branch","ref_path":"refs/heads/main","ref_protected":"true",
       "environment":"prod","environment_protected":"true","deployment_tier":"production",
       "runner_id":1,"runner_environment":"self-hosted","sha":"714a629c","project_visibility":"private",
       "ci_config_ref_uri":"gitlab.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main",
       "ci_config_sha":"714a629c","iat":1763809500,"exp":1763813100}
      """;

  private static ObjectNode job() {
    return Json.object(JOB);
  }

  private static Reason refused(Consumer<ObjectNode> change) {
    ObjectNode claims = job();
    change.accept(claims);
    try {
      Platform.Reading reading = new GitLab().read(new Claims(claims), Set.of());
      assertThat(reading).isInstanceOf(Platform.Unfit.class);
      return ((Platform.Unfit) reading).reason();
    } catch (MalformedJose e) {
      return e.reason();
    }
  }

  @Test
  void aJobsTokenSaysProjectNamespaceAndEnvironment() throws MalformedJose {
    Platform.Facts facts = (Platform.Facts) new GitLab().read(new Claims(job()), Set.of());
    assertThat(facts.attributes())
        .containsEntry("ref_protected", "true")
        .containsEntry("runner_id", 1L)
        .containsEntry("project_path", "my-group/my-project")
        .containsKey("ci_config_ref_uri");
    assertThat(facts.values().value("project_id")).isEqualTo("20");
    assertThat(facts.values().value("namespace_id")).isEqualTo("72");
    assertThat(facts.values().value("environment")).isEqualTo("prod");
    assertThat(facts.values().value("ref_type")).isEqualTo("branch");
    assertThat(facts.values().value("user_login")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "project_path:my-group/my-project",
        "project_path:my-group/my-project:ref_type:tag:ref:v1",
        "project_id:20:ref:main"
      })
  void theSubjectsThatAProjectMayChooseAreRead(String subject) throws MalformedJose {
    assertThat(new GitLab().read(new Claims(job().put("sub", subject)), Set.of()))
        .isInstanceOf(Platform.Facts.class);
  }

  static Stream<Arguments> attacks() {
    return Stream.of(
        attack("no project_id", c -> c.remove("project_id"), Reason.EVIDENCE_MALFORMED),
        attack(
            "project_id with letters", c -> c.put("project_id", "20x"), Reason.EVIDENCE_MALFORMED),
        attack("project_id empty", c -> c.put("project_id", ""), Reason.EVIDENCE_MALFORMED),
        attack("project_id true", c -> c.put("project_id", true), Reason.EVIDENCE_MALFORMED),
        attack(
            "project_id array", c -> c.putArray("project_id").add("20"), Reason.EVIDENCE_MALFORMED),
        attack("project_id negative", c -> c.put("project_id", -20), Reason.EVIDENCE_MALFORMED),
        attack(
            "project_id other digits",
            c -> c.put("project_id", "\u0662\u0660"),
            Reason.EVIDENCE_MALFORMED),
        attack("no namespace_id", c -> c.remove("namespace_id"), Reason.EVIDENCE_MALFORMED),
        attack("namespace_id object", c -> c.putObject("namespace_id"), Reason.EVIDENCE_MALFORMED),
        attack("no project_path", c -> c.remove("project_path"), Reason.EVIDENCE_MALFORMED),
        attack("project_path number", c -> c.put("project_path", 5), Reason.EVIDENCE_MALFORMED),
        attack("no namespace_path", c -> c.remove("namespace_path"), Reason.EVIDENCE_MALFORMED),
        attack("no ref", c -> c.remove("ref"), Reason.EVIDENCE_MALFORMED),
        attack("no ref_type", c -> c.remove("ref_type"), Reason.EVIDENCE_MALFORMED),
        attack("no sub", c -> c.remove("sub"), Reason.EVIDENCE_MALFORMED),
        attack(
            "project of another namespace",
            c -> c.put("namespace_path", "evil"),
            Reason.IDENTITY_MISMATCH),
        attack(
            "namespace is a prefix", c -> c.put("namespace_path", "my"), Reason.IDENTITY_MISMATCH),
        attack(
            "another project",
            c -> c.put("project_path", "my-group/evil"),
            Reason.IDENTITY_MISMATCH),
        attack(
            "sub of another project",
            c -> c.put("sub", "project_path:evil/x:ref_type:branch:ref:main"),
            Reason.IDENTITY_MISMATCH),
        attack(
            "sub of a longer name",
            c -> c.put("sub", "project_path:my-group/my-project-2:ref:main"),
            Reason.IDENTITY_MISMATCH),
        attack(
            "sub of another id",
            c -> c.put("sub", "project_id:201:ref:main"),
            Reason.IDENTITY_MISMATCH),
        attack(
            "sub in upper case",
            c -> c.put("sub", "project_path:MY-GROUP/my-project:ref:main"),
            Reason.IDENTITY_MISMATCH),
        attack("sub of a user", c -> c.put("sub", "user:1"), Reason.IDENTITY_MISMATCH),
        attack(
            "sub of the namespace",
            c -> c.put("sub", "project_path:my-group"),
            Reason.IDENTITY_MISMATCH));
  }

  private static Arguments attack(String name, Consumer<ObjectNode> change, Reason reason) {
    return arguments(name, change, reason);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void aTokenThatIsNotAJobsIsRefused(String name, Consumer<ObjectNode> change, Reason reason) {
    assertThat(refused(change)).isEqualTo(reason);
  }
}
