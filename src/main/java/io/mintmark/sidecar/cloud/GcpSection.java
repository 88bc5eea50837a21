package io.mintmark.sidecar.cloud;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.files.Preset;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a delivery to Google's client libraries: a token, and the configuration of an external
 * account that names it (AIP-4117).
 */
public final class GcpSection {
  private static final Duration SHORTEST = Duration.ofMinutes(10);
  private static final Duration LONGEST = Duration.ofHours(12);

  private GcpSection() {}

  /**
   * What is wrong is said at its place.
   *
   * @param entry one of {@code spec.deliver}, which names the token
   * @param to which provider of which pool, and whom to be there
   */
  public static DeliveryPlan compile(Section entry, Section to) {
    Wanted token = CloudToken.of(entry);
    String provider = to.text("provider");
    String audience = CloudToken.audience(token);
    if (!audience.equals(provider) && !audience.equals("https:" + provider)) {
      entry.warning(
          "credential",
          "the provider takes \"https:%s\" unless it names other allowed audiences"
              .formatted(provider));
    }
    Preset preset = Preset.of(to);
    preset
        .fixed("credentials.json", account(to, provider, preset.path("token").toString()))
        .token("token", token)
        .variable("GOOGLE_APPLICATION_CREDENTIALS", preset.path("credentials.json").toString());
    String project = to.optional("project");
    if (project != null) {
      preset.variable("GOOGLE_CLOUD_PROJECT", project);
    }
    return preset.plan("gcp");
  }

  private static String account(Section to, String provider, String file) {
    String url = impersonation(to);
    Duration lifetime = to.duration("lifetime");
    if (lifetime != null
        && (url == null || lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0)) {
      to.error("lifetime", "it is a service account's token's, of 10m to 12h");
    }
    String account =
        SdkJson.object(
            json -> {
              json.useDefaultPrettyPrinter();
              json.writeStringField("type", "external_account");
              json.writeStringField("audience", provider);
              json.writeStringField("subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
              json.writeStringField(
                  "token_url", to.text("tokenUrl", "https://sts.googleapis.com/v1/token"));
              if (url != null) {
                json.writeStringField("service_account_impersonation_url", url);
              }
              if (lifetime != null) {
                json.writeObjectFieldStart("service_account_impersonation");
                json.writeNumberField("token_lifetime_seconds", lifetime.toSeconds());
                json.writeEndObject();
              }
              json.writeObjectFieldStart("credential_source");
              json.writeStringField("file", file);
              json.writeObjectFieldStart("format");
              json.writeStringField("type", "text");
              json.writeEndObject();
              json.writeEndObject();
            });
    return account + "\n";
  }

  private static @Nullable String impersonation(Section to) {
    String email = to.optional("serviceAccount");
    if (email == null) {
      if (to.has("credentialsUrl")) {
        to.error("credentialsUrl", "it is asked only for the token of a \"serviceAccount\"");
      }
      return null;
    }
    return to.text("credentialsUrl", "https://iamcredentials.googleapis.com")
        + "/v1/projects/-/serviceAccounts/"
        + email
        + ":generateAccessToken";
  }
}
