package io.mintmark.cli.policy;

import io.mintmark.policy.Facts;
import io.mintmark.policy.SupposedKey;
import io.mintmark.workload.Ask;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Scope;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A request that nobody made. */
final class SupposedRequest {
  private static final long MOST_SECONDS = 10L * 365 * 24 * 3600;
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9990-01-01T00:00:00Z");

  private final InstantSource clock = InstantSource.system();
  private @Nullable Instant moment;

  @Option(names = "--workload", paramLabel = "ID", required = true, description = "Who asks.")
  String workload = "";

  @Option(
      names = "--evidence",
      paramLabel = "KIND",
      required = true,
      description = "Kind of proof, such as jwt-svid or kubernetes.")
  String evidence = "";

  @Option(
      names = "--evidence-issuer",
      paramLabel = "NAME",
      description = "Trust domain or issuer of the proof (default: the workload's trust domain).")
  @Nullable String evidenceIssuer;

  @Option(
      names = "--attribute",
      paramLabel = "NAME=VALUE",
      description = "Proved attribute, repeatable; true, false and whole numbers are not texts.")
  Map<String, String> attributes = Map.of();

  @Option(names = "--certificate", description = "The caller has shown a client certificate.")
  boolean certificate;

  @Option(
      names = "--expires-in",
      paramLabel = "SECONDS",
      defaultValue = "3600",
      description = "How long the proof still holds (default: 3600).")
  long expiresIn;

  @Option(names = "--lifetime", paramLabel = "SECONDS", description = "Lifetime asked for.")
  @Nullable Long lifetime;

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      description = "Scope asked for, repeatable (default: all that is granted).")
  List<String> scopes = List.of();

  @Option(
      names = "--source",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address that the request comes from (default: 127.0.0.1).")
  String source = "";

  @Option(names = "--time", paramLabel = "TIME", description = "When (RFC 3339; default: now).")
  @Nullable String time;

  @ArgGroup(multiplicity = "1")
  Target target = new Target();

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  /** What is asked for. */
  static final class Target {
    @Option(
        names = "--resource",
        paramLabel = "AUDIENCE",
        description = "An access token for this resource: its audience, or its document's name.")
    @Nullable String resource;

    @Option(
        names = "--audience",
        paramLabel = "AUDIENCE",
        description = "A JWT-SVID for this audience, repeatable.")
    @Nullable List<String> audiences;

    @Option(names = "--x509-svid", description = "An X.509-SVID.")
    boolean x509Svid;
  }

  Facts facts() {
    WorkloadId id;
    try {
      id = WorkloadId.parse(workload);
    } catch (MalformedWorkloadId e) {
      throw usage("--workload: " + e.getMessage());
    }
    EvidenceKind kind =
        EvidenceKind.ofWord(evidence)
            .orElseThrow(
                () ->
                    usage(
                        "--evidence: \""
                            + evidence
                            + "\" is not one of "
                            + List.of(EvidenceKind.values())));
    return new Facts(
        id,
        kind,
        evidenceIssuer == null ? id.trustDomain().name() : evidenceIssuer,
        attributes.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> value(entry.getValue()))),
        time(),
        time().plusSeconds(bounded("--expires-in", expiresIn)),
        certificate ? "supposed" : null,
        false);
  }

  /**
   * @param audienceOf the audience of a resource, by whatever name it was given
   */
  Ask ask(UnaryOperator<String> audienceOf) {
    try {
      return new Ask(
          wanted(audienceOf),
          lifetime == null ? null : Duration.ofSeconds(bounded("--lifetime", lifetime)),
          Delegation.NONE,
          InetAddress.ofLiteral(source),
          null);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  Instant time() {
    Instant known = moment;
    if (known == null) {
      try {
        known = time == null ? clock.instant() : OffsetDateTime.parse(time).toInstant();
        if (known.isBefore(EARLIEST) || known.isAfter(LATEST)) {
          throw new DateTimeException("beyond the calendar");
        }
      } catch (DateTimeException e) {
        throw usage("--time: \"" + time + "\" is not a time such as 2026-11-20T10:00:00Z");
      }
      moment = known;
    }
    return known;
  }

  /** What no request may ask for cannot be supposed, nor times beyond the calendar. */
  private long bounded(String option, long seconds) {
    if (seconds > MOST_SECONDS || seconds < -MOST_SECONDS) {
      throw usage(option + ": at most " + MOST_SECONDS + " seconds, which are ten years");
    }
    return seconds;
  }

  private Ask.Wanted wanted(UnaryOperator<String> audienceOf) {
    String resource = target.resource;
    List<String> audiences = target.audiences;
    if (resource != null) {
      return new Ask.AccessToken(
          audienceOf.apply(resource), scopes.stream().map(Scope::new).collect(Collectors.toSet()));
    }
    if (!scopes.isEmpty()) {
      throw usage("--scope needs --resource");
    }
    return audiences == null
        ? new Ask.X509Svid(SupposedKey.KEY)
        : new Ask.JwtSvid(Set.copyOf(audiences));
  }

  private static Object value(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> text.matches("-?[0-9]{1,18}") ? (Object) Long.parseLong(text) : text;
    };
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
