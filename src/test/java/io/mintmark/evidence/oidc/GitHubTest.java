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

class GitHubTest {
  private static final String JOB =
      """
      {"iss":"https://token.actions.githubusercontent.com","aud":"https://broker.example.org",
       "sub":"repo:octo-org/octo-repo:environment:prod","environment":"prod",
       "repository":"octo-org/octo-repo","repository_id":"74","repository_owner":"octo-org",
       "repository_owner_id":"65","repository_visibility":"private","ref":"refs/heads/main",
       "ref_type":"branch","ref_protected":"true","sha":"example-sha","event_name":"push",
       "workflow":"deploy","workflow_ref":"octo-org/octo-repo/.github/workflows/d.yml@refs/heads/main",
       "job_workflow_ref":"octo-org/automation/.github/workflows/oidc.yml@refs/heads/main",
       "runner_environment":"github-hosted","actor":"octocat","actor_id":"12","run_id":"99",
       "run_number":"10","run_attempt":"2","iat":1763809500,"exp":1763810400}
      """;

  private static final String NEW_SUB = "repo:octo-org@65/octo-repo@74:environment:prod";

  private static ObjectNode job() {
    return Json.object(JOB);
  }

  private static Platform.Reading read(ObjectNode claims, String... pinned) throws MalformedJose {
    return new GitHub().read(new Claims(claims), Set.of(pinned));
  }

  private static Reason refused(Consumer<ObjectNode> change) {
    ObjectNode claims = job();
    change.accept(claims);
    try {
      Platform.Reading reading = read(claims);
      assertThat(reading).isInstanceOf(Platform.Unfit.class);
      return ((Platform.Unfit) reading).reason();
    } catch (MalformedJose e) {
      return e.reason();
    }
  }

  @Test
  void aJobsTokenSaysOwnerRepositoryAndEnvironment() throws MalformedJose {
    Platform.Facts facts = (Platform.Facts) read(job());
    assertThat(facts.attributes())
        .containsEntry("repository_id", "74")
        .containsEntry(
            "job_workflow_ref", "octo-org/automation/.github/workflows/oidc.yml@refs/heads/main")
        .containsEntry("runner_environment", "github-hosted")
        .containsEntry("ref_protected", "true");
    assertThat(facts.values().value("owner")).isEqualTo("octo-org");
    assertThat(facts.values().value("repo")).isEqualTo("octo-repo");
    assertThat(facts.values().value("owner_id")).isEqualTo("65");
    assertThat(facts.values().value("repo_id")).isEqualTo("74");
    assertThat(facts.values().value("environment")).isEqualTo("prod");
    assertThat(facts.values().value("workflow")).isEqualTo("deploy");
    assertThat(facts.values().value("ref_type")).isEqualTo("branch");
    assertThat(facts.values().value("actor")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "repo:octo-org/octo-repo:environment:prod",
        NEW_SUB,
        "repo:octo-org/octo-repo:ref:refs/heads/main",
        "repo:octo-org@65/octo-repo@74:ref:refs/heads/main",
        "repository_owner_id:65:repository_id:74",
        "repo:octo-org/octo-repo:environment:prod:job_workflow_ref:octo-org/automation/.github/workflows/oidc.yml@refs/heads/main",
        "repository_owner:octo-org"
      })
  void bothFormsOfSubjectAndAnOrganizationsOwnAreRead(String subject) throws MalformedJose {
    assertThat(read(job().put("sub", subject))).isInstanceOf(Platform.Facts.class);
  }

  @Test
  void aColonInAValueIsEscapedInTheSubject() throws MalformedJose {
    ObjectNode claims = job().put("environment", "prod:eu");
    assertThat(read(claims.put("sub", "repo:octo-org/octo-repo:environment:prod%3Aeu")))
        .isInstanceOf(Platform.Facts.class);
    assertThat(read(claims.put("sub", "repo:octo-org/octo-repo:environment:prod:eu")))
        .isInstanceOf(Platform.Unfit.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "repo:evil/octo-repo:environment:prod",
        "repo:octo-org/evil:environment:prod",
        "repo:octo-org/octo-repo:environment:dev",
        "repo:octo-org/octo-repo:ref:refs/heads/evil",
        "repo:octo-org@66/octo-repo@74:environment:prod",
        "repo:octo-org@65/octo-repo@75:environment:prod",
        "repo:evil@65/octo-repo@74:environment:prod",
        "repo:octo-org@65/evil@74:environment:prod",
        "repo:octo-org@65/octo-repo:environment:prod",
        "repo:octo-org/octo-repo@74:environment:prod",
        "repo:octo-org@65@66/octo-repo@74:environment:prod",
        "repo:octo-org@65/octo-repo@74@75:environment:prod",
        "repo:octo-org@/octo-repo@:environment:prod",
        "repo:octo-org",
        "repo:octo-org/octo-repo/x:environment:prod",
        "repo:",
        "repo",
        "repo:octo-org/octo-repo:",
        "repo:octo-org/octo-repo:environment",
        "repo:octo-org/octo-repo:environment:prod:",
        "repo:octo-org/octo-repo:pull_request",
        "repo:octo-org/octo-repo:no_such_claim:x",
        "repo:OCTO-ORG/octo-repo:environment:prod",
        "sub:x",
        "iss:https%3A//token.actions.githubusercontent.com",
        ":",
        "admin"
      })
  void aSubjectThatDoesNotAgreeWithTheClaimsIsRefused(String subject) {
    assertThat(refused(c -> c.put("sub", subject))).isEqualTo(Reason.IDENTITY_MISMATCH);
  }

  static Stream<Arguments> attacks() {
    return Stream.of(
        attack("no repository", c -> c.remove("repository"), Reason.EVIDENCE_MALFORMED),
        attack("no repository_id", c -> c.remove("repository_id"), Reason.EVIDENCE_MALFORMED),
        attack("no repository_owner", c -> c.remove("repository_owner"), Reason.EVIDENCE_MALFORMED),
        attack(
            "no repository_owner_id",
            c -> c.remove("repository_owner_id"),
            Reason.EVIDENCE_MALFORMED),
        attack("no event", c -> c.remove("event_name"), Reason.EVIDENCE_MALFORMED),
        attack("no sub", c -> c.remove("sub"), Reason.EVIDENCE_MALFORMED),
        attack(
            "sub array",
            c -> c.putArray("sub").add("repo:octo-org/octo-repo"),
            Reason.EVIDENCE_MALFORMED),
        attack(
            "repository without owner",
            c -> c.put("repository", "octo-repo"),
            Reason.IDENTITY_MISMATCH),
        attack(
            "repository of another owner",
            c -> c.put("repository", "evil/octo-repo"),
            Reason.IDENTITY_MISMATCH),
        attack(
            "owner with slash",
            c -> c.put("repository_owner", "octo-org/octo-repo"),
            Reason.IDENTITY_MISMATCH),
        attack(
            "owner is a prefix", c -> c.put("repository_owner", "octo"), Reason.IDENTITY_MISMATCH),
        attack("id with letters", c -> c.put("repository_id", "74x"), Reason.EVIDENCE_MALFORMED),
        attack("id negative", c -> c.put("repository_id", "-74"), Reason.EVIDENCE_MALFORMED),
        attack("id empty", c -> c.put("repository_id", ""), Reason.EVIDENCE_MALFORMED),
        attack("id number", c -> c.put("repository_id", 74), Reason.EVIDENCE_MALFORMED),
        attack(
            "id other digits",
            c -> c.put("repository_id", "\u0667\u0664"),
            Reason.EVIDENCE_MALFORMED),
        attack(
            "id endless", c -> c.put("repository_id", "7".repeat(30)), Reason.EVIDENCE_MALFORMED),
        attack(
            "owner id with space",
            c -> c.put("repository_owner_id", " 65"),
            Reason.EVIDENCE_MALFORMED),
        attack(
            "environment number",
            c -> c.put("sub", "repo:octo-org/octo-repo").put("environment", 5),
            Reason.EVIDENCE_MALFORMED),
        attack(
            "environment not of sub", c -> c.put("environment", "dev"), Reason.IDENTITY_MISMATCH),
        attack("a pull request", c -> c.put("event_name", "pull_request"), Reason.PIN_NOT_MET),
        attack(
            "a pull request by sub too",
            c ->
                c.put("event_name", "pull_request")
                    .put("sub", "repo:octo-org/octo-repo:pull_request"),
            Reason.PIN_NOT_MET));
  }

  private static Arguments attack(String name, Consumer<ObjectNode> change, Reason reason) {
    return arguments(name, change, reason);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void aTokenThatIsNotAJobsIsRefused(String name, Consumer<ObjectNode> change, Reason reason) {
    assertThat(refused(change)).isEqualTo(reason);
  }

  @Test
  void aPullRequestsJobIsReadWhereItsEventIsPinned() throws MalformedJose {
    ObjectNode claims =
        job().put("event_name", "pull_request").put("sub", "repo:octo-org/octo-repo:pull_request");
    assertThat(read(claims, "event_name")).isInstanceOf(Platform.Facts.class);
  }
}
