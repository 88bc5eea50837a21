package io.mintmark.evidence.trust;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Issuers whose tokens anybody can get, so that a signature alone says nothing about whose workload
 * it is. A document for one of them must pin at least one of these claims.
 */
final class SharedIssuers {
  /**
   * One such issuer.
   *
   * @param url in lower case, without a slash at the end
   * @param type the only {@code type} that a document may have; empty where any will do
   * @param ids pins that nobody else can come to have
   * @param names pins by names, which may be given up and taken by somebody else
   */
  record Shared(String url, String type, Set<String> ids, Set<String> names) {
    boolean pinned(Set<String> pins) {
      return pins.stream().anyMatch(pin -> ids.contains(pin) || names.contains(pin));
    }

    /** Whether all that stands between us and strangers is a name. */
    boolean pinnedByNameOnly(Set<String> pins) {
      return pinned(pins) && pins.stream().noneMatch(ids::contains);
    }

    /** The pins to choose from, best first. */
    String choices() {
      return String.join(", ", ids.stream().sorted().toList())
          + (names.isEmpty() ? "" : ", " + String.join(", ", names.stream().sorted().toList()));
    }
  }

  private static final List<Shared> ALL =
      List.of(
          new Shared(
              "https://token.actions.githubusercontent.com",
              "github",
              Set.of("repository_id", "repository_owner_id", "enterprise_id"),
              Set.of("repository", "repository_owner", "enterprise", "sub")),
          new Shared(
              "https://gitlab.com",
              "gitlab",
              Set.of("project_id", "namespace_id"),
              Set.of("project_path", "namespace_path", "sub")),
          any("https://accounts.google.com", Set.of("sub", "azp"), Set.of("email", "hd")),
          any("https://login.microsoftonline.com/common", Set.of("tid"), Set.of()),
          any("https://login.microsoftonline.com/common/v2.0", Set.of("tid"), Set.of()),
          any("https://login.microsoftonline.com/organizations/v2.0", Set.of("tid"), Set.of()),
          // the tenant of all personal Microsoft accounts
          any(
              "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
              Set.of("sub", "oid"),
              Set.of()),
          any(
              "https://agent.buildkite.com",
              Set.of("organization_id", "pipeline_id"),
              Set.of("organization_slug", "sub")),
          any(
              "https://app.terraform.io",
              Set.of("terraform_organization_id", "terraform_project_id", "terraform_workspace_id"),
              Set.of("terraform_organization_name", "sub")),
          any("https://oidc.vercel.com", Set.of("owner_id", "project_id"), Set.of("owner", "sub")),
          any("https://oidc.codefresh.io", Set.of("account_id", "pipeline_id"), Set.of("sub")),
          any("https://api.pulumi.com/oidc", Set.of("sub"), Set.of("org", "current_org")),
          any("https://oauth2.sigstore.dev/auth", Set.of("sub"), Set.of("email")),
          any("https://cognito-identity.amazonaws.com", Set.of("sub"), Set.of()),
          any("https://appleid.apple.com", Set.of("sub"), Set.of()),
          any(
              "https://confidentialcomputing.googleapis.com",
              Set.of("/submods/gce/project_number", "/submods/container/image_digest"),
              Set.of("/submods/gce/project_id", "sub")));

  private SharedIssuers() {}

  static Optional<Shared> find(String issuer) {
    String url = issuer.toLowerCase(Locale.ROOT).replaceFirst("/+$", "");
    return ALL.stream().filter(shared -> shared.url().equals(url)).findFirst();
  }

  private static Shared any(String url, Set<String> ids, Set<String> names) {
    return new Shared(url, "", ids, names);
  }
}
