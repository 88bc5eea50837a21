package io.mintmark.evidence.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentSet;
import io.mintmark.evidence.JwksOrigin;
import io.mintmark.evidence.Platform;
import io.mintmark.evidence.trust.SharedIssuers.Shared;
import io.mintmark.evidence.trust.TrustCompiler.Problems;
import io.mintmark.jose.JwkSet;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.EvidenceKind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compiles one Issuer document. */
final class IssuerCompiler {
  private static final String ISSUER = "/spec/issuer";
  private static final String IDENTITY = "/spec/identity";
  private static final String REQUIRE = "/spec/require";
  private static final String REQUESTS = "/spec/certificateRequests";

  private final Document document;
  private final SpecReader spec;
  private final TrustContext context;

  IssuerCompiler(
      Document document,
      DocumentSet.Attachments attachments,
      TrustContext context,
      Problems problems) {
    this.document = document;
    this.spec = new SpecReader(document, attachments, problems);
    this.context = context;
  }

  /** A document that was found good; its key source is not open yet. */
  record Draft(
      Document document,
      JwksOrigin origin,
      Platform platform,
      String audience,
      @Nullable Duration maxAge,
      boolean singleUse,
      Pins pins,
      IdentityTemplate identity,
      ReviewCompiler.Draft review,
      Set<EvidenceKind> requests) {
    TrustedIssuer open(TrustContext context) {
      return new TrustedIssuer(
          origin.issuer(),
          document.name(),
          platform,
          context.sources().keys(origin),
          audience,
          maxAge,
          singleUse ? context.replayGuard() : null,
          pins,
          identity,
          review.open(context),
          requests,
          context.trustDomain(),
          context.mayBlock());
    }
  }

  Optional<Draft> compile() {
    spec.requireHttps(ISSUER);
    String issuer = spec.required(ISSUER);
    if (issuer.equals(context.issuer())) {
      spec.error(ISSUER, "the broker's own tokens are never a platform's");
    }
    JwksOrigin origin = origin(issuer);
    Optional<Platform> found = context.platform(spec.required("/spec/type"));
    if (found.isEmpty()) {
      spec.error(
          "/spec/type",
          "issuers of type "
              + Outside.quoted(spec.required("/spec/type"))
              + " cannot be checked yet; known are "
              + types());
      return Optional.empty();
    }
    Platform platform = found.get();
    Pins pins = pins();
    checkShared(issuer, platform, pins.names());
    IdentityTemplate identity = identity(platform, pins.names());
    Duration given = spec.duration("/spec/maxAge");
    Duration maxAge = given == null ? platform.maxAge() : given;
    ReviewCompiler.Draft review = new ReviewCompiler(spec).compile(issuer, platform, maxAge);
    if (identity == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Draft(
            document,
            origin,
            platform,
            Objects.requireNonNullElse(spec.text("/spec/audience"), context.issuer()),
            maxAge,
            spec.at("/spec/singleUse").asBoolean(false),
            pins,
            identity,
            review,
            requests(platform)));
  }

  /**
   * Nobody else's API server can be asked for requests: the broker reads its own cluster's only.
   */
  private Set<EvidenceKind> requests(Platform platform) {
    Set<EvidenceKind> requests = EnumSet.noneOf(EvidenceKind.class);
    for (String word : spec.texts(REQUESTS)) {
      EvidenceKind.ofWord(word)
          .filter(platform.requests()::contains)
          .ifPresentOrElse(
              requests::add,
              () ->
                  spec.error(
                      REQUESTS,
                      Outside.quoted(word)
                          + " is no request that issuers of type "
                          + platform.kind()
                          + " hold"));
    }
    if (!requests.isEmpty() && spec.has("/spec/apiServer")) {
      spec.error(
          REQUESTS,
          "only requests of the cluster that the broker runs in, not of apiServer, count");
    }
    return requests;
  }

  private JwksOrigin origin(String issuer) {
    String caFile = spec.text("/spec/tls/caFile");
    if (caFile != null) {
      spec.file("/spec/tls/caFile");
    }
    JwksOrigin.Connection connection =
        new JwksOrigin.Connection(
            caFile, spec.text("/spec/tokenFile"), spec.texts("/spec/allowAddresses"));
    if (spec.has("/spec/jwks/file")) {
      checkKeys("/spec/jwks/file");
      return new JwksOrigin.File(issuer, spec.required("/spec/jwks/file"));
    }
    if (spec.has("/spec/jwks/url")) {
      spec.requireHttps("/spec/jwks/url");
      return new JwksOrigin.Url(issuer, spec.required("/spec/jwks/url"), connection);
    }
    if (spec.has("/spec/jwks")) {
      spec.error("/spec/jwks", "keys come from one of file and url");
    }
    return new JwksOrigin.Discovery(issuer, connection);
  }

  private void checkKeys(String pointer) {
    byte[] bytes = spec.file(pointer);
    try {
      if (bytes.length > 0) {
        JwkSet.parse(bytes);
      }
    } catch (MalformedJose e) {
      spec.error(pointer, String.valueOf(e.getMessage()));
    }
  }

  private Pins pins() {
    JsonNode require = spec.at(REQUIRE);
    require
        .properties()
        .forEach(
            pin -> {
              if (pin.getValue().isArray() && pin.getValue().isEmpty()) {
                spec.warning(
                    REQUIRE, "\"" + pin.getKey() + "\" has an empty list: no token is accepted");
              }
            });
    return Pins.of(require.isObject() ? require : JsonNodeFactory.instance.objectNode());
  }

  private void checkShared(String issuer, Platform platform, Set<String> pins) {
    Optional<Shared> found = SharedIssuers.find(issuer);
    if (found.isEmpty()) {
      return;
    }
    Shared shared = found.get();
    if (!shared.type().isEmpty() && !shared.type().equals(platform.kind().word())) {
      spec.error("/spec/type", "issuer \"" + issuer + "\" has type " + shared.type());
    }
    if (!shared.pinned(pins)) {
      spec.error(
          spec.has(REQUIRE) ? REQUIRE : ISSUER,
          "anybody can get tokens of issuer \""
              + issuer
              + "\": \"require\" must pin one of "
              + shared.choices());
    } else if (shared.pinnedByNameOnly(pins)) {
      spec.warning(
          REQUIRE,
          "a name can be given up and taken by somebody else: pin an ID too, one of "
              + String.join(", ", shared.ids().stream().sorted().toList()));
    }
  }

  private @Nullable IdentityTemplate identity(Platform platform, Set<String> pins) {
    return switch (IdentityTemplate.compile(spec.required(IDENTITY), platform::hasPlaceholder)) {
      case IdentityTemplate.Compiled.Wrong(int offset, String message) -> {
        spec.errorWithin(
            IDENTITY,
            offset,
            message + "; placeholders of " + platform.kind() + " are " + known(platform));
        yield null;
      }
      case IdentityTemplate.Compiled.Template(IdentityTemplate template) -> {
        checkIdentity(template, platform, pins);
        yield template;
      }
    };
  }

  private void checkIdentity(IdentityTemplate template, Platform platform, Set<String> pins) {
    Set<String> placeholders = template.placeholders();
    if (template.trustDomain().equals(context.trustDomain())
        && template.beginsWith(Reserved.FIRST_SEGMENT)) {
      spec.error(
          IDENTITY,
          "identities below /"
              + Reserved.FIRST_SEGMENT
              + " of \""
              + context.trustDomain()
              + "\" are reserved for the broker");
    }
    platform
        .qualifiers()
        .forEach(
            (placeholder, within) -> {
              if (placeholders.contains(placeholder)
                  && within.stream()
                      .noneMatch(one -> placeholders.contains(one) || pins.contains(one))) {
                spec.error(
                    IDENTITY,
                    "\"{"
                        + placeholder
                        + "}\" alone is the same for workloads that are not: use or require one of "
                        + String.join(", ", within.stream().sorted().toList()));
              }
            });
    if (placeholders.isEmpty()) {
      spec.warning(
          IDENTITY, "no placeholder: every token that meets the pins proves the same identity");
    }
  }

  private static String known(Platform platform) {
    return platform.placeholders().stream()
        .sorted()
        .map(name -> "{" + name + "}")
        .collect(Collectors.joining(" "));
  }

  private String types() {
    return context.platforms().stream()
        .map(platform -> platform.kind().word())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
