package io.mintmark.evidence.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.evidence.ClaimValues;
import org.jspecify.annotations.Nullable;

/**
 * The {@code sub} of GitHub's tokens: {@code repo:OWNER/REPO:…}, for repositories made, renamed or
 * transferred since 2026-07-15 {@code repo:OWNER@OWNER-ID/REPO@REPO-ID:…}, or what an organization
 * made of it: pairs of a claim's name and its value. A colon in a value is {@code %3A}. Every part
 * must agree with the claim that it repeats.
 */
final class GitHubSubject {
  private GitHubSubject() {}

  /** What does not agree; null where all does. */
  static @Nullable String objection(String subject, JsonNode claims) {
    String[] parts = subject.split(":", -1);
    int next = 0;
    while (next < parts.length) {
      String name = parts[next];
      if (name.equals("pull_request")) {
        if (!claims.path("event_name").asText().startsWith(name)) {
          return "\"sub\" does not agree with the claim \"event_name\"";
        }
        next++;
        continue;
      }
      if (next + 1 == parts.length) {
        return "\"sub\" has a part without value";
      }
      String value = parts[next + 1];
      String objection =
          name.equals("repo") ? repository(value, claims) : claim(name, value, claims);
      if (objection != null) {
        return objection;
      }
      next += 2;
    }
    return null;
  }

  private static @Nullable String repository(String value, JsonNode claims) {
    int slash = value.indexOf('/');
    if (slash < 0) {
      return "\"sub\" names no repository";
    }
    String owner = value.substring(0, slash);
    String name = value.substring(slash + 1);
    int ownerAt = owner.indexOf('@');
    int nameAt = name.indexOf('@');
    if (ownerAt < 0 && nameAt < 0) {
      return agrees(value, claims, "repository");
    }
    if (ownerAt < 0 || nameAt < 0) {
      return "\"sub\" gives only one of the owner's and the repository's IDs";
    }
    String objection = agrees(owner.substring(ownerAt + 1), claims, "repository_owner_id");
    if (objection == null) {
      objection = agrees(name.substring(nameAt + 1), claims, "repository_id");
    }
    if (objection == null) {
      String full = owner.substring(0, ownerAt) + "/" + name.substring(0, nameAt);
      objection = agrees(full, claims, "repository");
    }
    return objection;
  }

  private static @Nullable String claim(String name, String value, JsonNode claims) {
    return switch (name) {
      case "iss", "aud", "sub", "exp", "iat", "nbf", "jti", "" ->
          "\"sub\" has a part that is not a claim of a job";
      default -> agrees(value, claims, name);
    };
  }

  private static @Nullable String agrees(String value, JsonNode claims, String name) {
    String claim = ClaimValues.text(claims.path(name));
    return claim != null && claim.replace(":", "%3A").equals(value)
        ? null
        : "\"sub\" does not agree with the claim \"" + name + "\"";
  }
}
