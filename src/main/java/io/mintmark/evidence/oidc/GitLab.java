package io.mintmark.evidence.oidc;

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

/** ID tokens of GitLab CI jobs, of gitlab.com and of other installations. */
public final class GitLab implements Platform {
  private static final List<String> ATTRIBUTES =
      List.of(
          "ci_config_ref_uri",
          "ci_config_sha",
          "deployment_tier",
          "environment",
          "environment_protected",
          "job_id",
          "job_source",
          "namespace_id",
          "namespace_path",
          "pipeline_id",
          "pipeline_source",
          "project_id",
          "project_path",
          "project_visibility",
          "ref",
          "ref_path",
          "ref_protected",
          "ref_type",
          "runner_environment",
          "runner_id",
          "sha",
          "sub",
          "user_access_level",
          "user_id",
          "user_login");

  private static final List<String> PLACEHOLDERS =
      List.of("project_id", "namespace_id", "environment", "ref_type");

  private static final Set<String> WITHIN_PROJECT = Set.of("project_id", "project_path", "sub");

  @Override
  public EvidenceKind kind() {
    return EvidenceKind.GITLAB;
  }

  @Override
  public Set<String> placeholders() {
    return Set.copyOf(PLACEHOLDERS);
  }

  @Override
  public Map<String, Set<String>> qualifiers() {
    return Map.of("environment", WITHIN_PROJECT, "ref_type", WITHIN_PROJECT);
  }

  @Override
  public Reading read(Claims claims, Set<String> pinned) throws MalformedJose {
    String projectId = required(claims, "project_id");
    String projectPath = claims.requiredString("project_path");
    String namespacePath = claims.requiredString("namespace_path");
    required(claims, "namespace_id");
    claims.requiredString("ref");
    claims.requiredString("ref_type");
    if (!projectPath.startsWith(namespacePath + "/")) {
      return new Unfit(
          Reason.IDENTITY_MISMATCH, "\"project_path\" does not lie in \"namespace_path\"");
    }
    String subject = claims.requiredString("sub") + ":";
    if (!subject.startsWith("project_path:" + projectPath + ":")
        && !subject.startsWith("project_id:" + projectId + ":")) {
      return new Unfit(
          Reason.IDENTITY_MISMATCH, "\"sub\" does not begin with the project that the token names");
    }
    Map<String, String> values = new HashMap<>();
    for (String name : PLACEHOLDERS) {
      String value = ClaimValues.text(claims.object().path(name));
      if (value != null) {
        values.put(name, value);
      }
    }
    return new Facts(ClaimValues.named(claims.object(), ATTRIBUTES), values::get);
  }

  /** An ID, which is a string of digits, in older versions a number. */
  private static String required(Claims claims, String name) throws MalformedJose {
    String id = ClaimValues.text(claims.object().path(name));
    if (id == null || id.isEmpty() || !id.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new MalformedJose(
          Reason.EVIDENCE_MALFORMED, "the claim \"" + name + "\" is not a number");
    }
    return id;
  }
}
