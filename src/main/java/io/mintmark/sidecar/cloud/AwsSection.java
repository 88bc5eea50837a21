package io.mintmark.sidecar.cloud;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.files.Preset;
import io.mintmark.sidecar.files.StartSecret;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.ListenAddress;
import io.mintmark.sidecar.plan.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Compiles a delivery to AWS's SDKs: an endpoint that hands out sessions of a role, or the files
 * with which an SDK asks for one itself.
 */
public final class AwsSection {
  private static final Duration SHORTEST = Duration.ofMinutes(15);
  private static final Duration USUAL = Duration.ofHours(1);
  private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]{2,64}");
  private static final RoleArn NO_ROLE = RoleArn.parse("arn:aws:iam::000000000000:role/none");
  private static final URI NO_URL = URI.create("https://sts.invalid");

  /** The domains of the partitions that have a public name. */
  private static final Map<String, String> DOMAINS =
      Map.of("aws", "amazonaws.com", "aws-us-gov", "amazonaws.com", "aws-cn", "amazonaws.com.cn");

  private AwsSection() {}

  /**
   * What is wrong is said at its place.
   *
   * @param entry one of {@code spec.deliver}, which names the token
   * @param to the role, and one of {@code endpoint} and {@code folder}
   */
  public static DeliveryPlan compile(Section entry, Section to) {
    Wanted token = CloudToken.of(entry);
    RoleArn role = role(to);
    String session = to.text("sessionName", entry.text("name"));
    if (!SESSION_NAME.matcher(session).matches()) {
      to.error(
          to.has("sessionName") ? "sessionName" : "",
          "a session's name has 2 to 64 letters, digits and +=,.@_-; set sessionName");
    }
    if (to.has("endpoint") == to.has("folder")) {
      to.error("", "say exactly one of \"endpoint\" and \"folder\"");
    }
    if (to.has("endpoint") && to.has("hook")) {
      to.error("hook", "an endpoint writes no file that is renewed; a hook goes with \"folder\"");
    }
    return to.has("endpoint")
        ? endpoint(entry, to, token, role, session)
        : files(to, token, role, session);
  }

  private static RoleArn role(Section to) {
    try {
      return RoleArn.parse(to.text("roleArn"));
    } catch (IllegalArgumentException wrong) {
      to.error("roleArn", "\"" + to.text("roleArn") + "\": " + wrong.getMessage());
      return NO_ROLE;
    }
  }

  private static DeliveryPlan endpoint(
      Section entry, Section to, Wanted token, RoleArn role, String session) {
    Section endpoint = to.at("endpoint");
    Duration lifetime = endpoint.duration("lifetime", USUAL);
    if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(TokenService.LONGEST) > 0) {
      endpoint.error("lifetime", "AWS gives sessions of 15m to 12h");
    }
    Section trust = endpoint.at("sts").at("trust");
    return new EndpointPlan(
        entry.text("name"),
        listen(endpoint),
        StartSecret.Place.of(endpoint.at("authorization")),
        new RolePlan(
            token,
            role,
            session,
            lifetime,
            sts(to, role, endpoint),
            trust.has("file") ? trust.relied("file") : null),
        to.text("region"));
  }

  private static ListenAddress listen(Section endpoint) {
    String listen = endpoint.text("listen");
    try {
      ListenAddress address = ListenAddress.parse(listen);
      if (address.loopback()) {
        return address;
      }
      endpoint.error("listen", "\"" + listen + "\" is not on the loopback");
    } catch (IllegalArgumentException wrong) {
      endpoint.error("listen", "\"" + listen + "\": " + wrong.getMessage());
    }
    return new ListenAddress("127.0.0.1", 0);
  }

  private static URI sts(Section to, RoleArn role, Section endpoint) {
    Section sts = endpoint.at("sts");
    if (!sts.has("url")) {
      String domain = DOMAINS.get(role.partition());
      if (domain == null) {
        endpoint.error(
            "", "partition \"" + role.partition() + "\" needs the address of its sts: {url: …}");
        return NO_URL;
      }
      return URI.create("https://sts." + to.text("region") + "." + domain);
    }
    try {
      URI url = new URI(sts.text("url"));
      boolean bare =
          url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null;
      if (bare && url.getRawQuery() == null) {
        return url;
      }
    } catch (URISyntaxException malformed) {
      // said below
    }
    sts.error("url", "it has the form https://host:port");
    return NO_URL;
  }

  private static DeliveryPlan files(Section to, Wanted token, RoleArn role, String session) {
    Preset preset = Preset.of(to);
    String region = to.text("region");
    String file = PlainPath.text(to, preset.path("token"));
    String config =
        """
        [default]
        region = %s
        role_arn = %s
        role_session_name = %s
        web_identity_token_file = %s
        sts_regional_endpoints = regional
        """
            .formatted(region, role.text(), session, file);
    return preset
        .fixed("config", config)
        .token("token", token)
        .displacing(
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_PROFILE",
            "AWS_DEFAULT_PROFILE")
        .variable("AWS_WEB_IDENTITY_TOKEN_FILE", file)
        .variable("AWS_ROLE_ARN", role.text())
        .variable("AWS_ROLE_SESSION_NAME", session)
        .variable("AWS_REGION", region)
        .variable("AWS_DEFAULT_REGION", region)
        .plan("aws");
  }
}
