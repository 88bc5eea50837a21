package io.mintmark.evidence.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.evidence.ClaimValues;
import io.mintmark.evidence.Platform;
import io.mintmark.jose.Claims;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tokens of GitHub Actions, of github.com and of GitHub Enterprise. */
public final class GitHub implements Platform {
  private static final List<String> ATTRIBUTES =
      List.of(
          "actor",
          "actor_id",
          "base_ref",
          "check_run_id",
          "enterprise",
          "enterprise_id",
          "environment",
          "environment_node_id",
          "event_name",
          "head_ref",
          "job_workflow_ref",
          "job_workflow_sha",
          "ref",
          "ref_protected",
          "ref_type",
          "repository",
          "repository_id",
          "repository_owner",
          "repository_owner_id",
          "repository_visibility",
          "run_attempt",
          "run_id",
          "run_number",
          "runner_environment",
          "sha",
          "sub",
          "workflow",
          "workflow_ref",
          "workflow_sha");

  private static final Set<String> WITHIN_REPOSITORY =
      Set.of("repo", "repo_id", "repository", "repository_id", "sub");

  @Override
  public EvidenceKind kind() {
    return EvidenceKind.GITHUB;
  }

  @Override
  public Set<String> placeholders() {
    return Set.of("owner", "repo", "owner_id", "repo_id", "environment", "workflow", "ref_type");
  }

  @Override
  public Map<String, Set<String>> qualifiers() {
    return Map.of(
        "repo",
        Set.of(
            "owner",
            "owner_id",
            "repo_id",
            "repository",
            "repository_id",
            "repository_owner",
            "repository_owner_id",
            "sub"),
        "environment",
        WITHIN_REPOSITORY,
        "workflow",
        WITHIN_REPOSITORY,
        "ref_type",
        WITHIN_REPOSITORY);
  }

  @Override
  public Reading read(Claims claims, Set<String> pinned) throws MalformedJose {
    JsonNode object = claims.object();
    String repository = claims.requiredString("repository");
    String owner = claims.requiredString("repository_owner");
    String repositoryId = claims.requiredString("repository_id");
    String ownerId = claims.requiredString("repository_owner_id");
    String event = claims.requiredString("event_name");
    if (!isNumber(repositoryId) || !isNumber(ownerId)) {
      return new Unfit(
          Reason.EVIDENCE_MALFORMED, "the repository's and its owner's IDs are not numbers");
    }
    int slash = repository.indexOf('/');
    if (slash < 0 || !repository.substring(0, slash).equals(owner)) {
      return new Unfit(
          Reason.IDENTITY_MISMATCH, "\"repository\" is not one of \"repository_owner\"");
    }
    String objection = GitHubSubject.objection(claims.requiredString("sub"), object);
    if (objection != null) {
      return new Unfit(Reason.IDENTITY_MISMATCH, objection);
    }
    if (event.equals("pull_request") && !pinned.contains("event_name")) {
      // whoever opens a pull request writes what such a job runs
      return new Unfit(
          Reason.PIN_NOT_MET, "jobs of pull requests are refused unless event_name is pinned");
    }
    Map<String, String> values = new HashMap<>();
    values.put("owner", owner);
    values.put("repo", repository.substring(slash + 1));
    values.put("owner_id", ownerId);
    values.put("repo_id", repositoryId);
    for (String name : List.of("environment", "workflow", "ref_type")) {
      String value = claims.string(name);
      if (value != null) {
        values.put(name, value);
      }
    }
    return new Facts(ClaimValues.named(object, ATTRIBUTES), values::get);
  }

  private static boolean isNumber(@Nullable String text) {
    return text != null && text.length() <= 20 && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
