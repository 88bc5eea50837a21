package io.mintmark.evidence.trust;

import io.mintmark.evidence.Platform;
import io.mintmark.evidence.ReviewOrigin;
import io.mintmark.evidence.trust.ReviewTerms.Mode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles what an Issuer document says of asking the platform about its tokens. */
final class ReviewCompiler {
  private static final String REVIEW = "/spec/review";
  private static final String SERVER = "/spec/apiServer";
  private static final String ATTRIBUTES = "/spec/attributes";

  private final SpecReader spec;

  ReviewCompiler(SpecReader spec) {
    this.spec = spec;
  }

  /**
   * What a document says.
   *
   * @param origin null where nobody is asked
   */
  record Draft(Mode mode, @Nullable ReviewOrigin origin) {
    ReviewTerms open(TrustContext context) {
      return origin == null
          ? ReviewTerms.OFFLINE
          : new ReviewTerms(mode, context.sources().reviewer(origin));
    }
  }

  /**
   * Compiles.
   *
   * @param maxAge of tokens; null where their expiry is enough
   */
  Draft compile(String issuer, Platform platform, @Nullable Duration maxAge) {
    if (!platform.isReviewed()) {
      for (String field : List.of(REVIEW, SERVER, ATTRIBUTES)) {
        refuse(field, "of an issuer of type " + platform.kind());
      }
      return new Draft(Mode.NEVER, null);
    }
    Mode mode = mode();
    if (mode == Mode.NEVER) {
      refuse(SERVER, "where review is never");
      refuse(ATTRIBUTES, "where review is never: only the API server knows them");
      if (!spec.has(REVIEW)) {
        spec.warning(
            "/spec",
            "no \"review\": the token of a deleted pod works on "
                + (maxAge == null ? "until it expires" : "until it is " + age(maxAge) + " old")
                + "; say always or bound to have the API server asked, or never");
      }
      return new Draft(mode, null);
    }
    return new Draft(mode, new ReviewOrigin(issuer, server(), wanted()));
  }

  private Mode mode() {
    return switch (spec.text(REVIEW)) {
      case "always" -> Mode.ALWAYS;
      case "bound" -> Mode.BOUND;
      case "never" -> Mode.NEVER;
      case null -> {
        if (spec.has(REVIEW)) {
          spec.error(REVIEW, "\"review\" is one of always, bound and never");
        }
        yield Mode.NEVER;
      }
      default -> {
        spec.error(REVIEW, "\"review\" is one of always, bound and never");
        yield Mode.NEVER;
      }
    };
  }

  private ReviewOrigin.@Nullable Server server() {
    if (!spec.has(SERVER)) {
      return null;
    }
    spec.requireHttps(SERVER + "/url");
    String authorities =
        spec.has(SERVER + "/caFile")
            ? new String(spec.file(SERVER + "/caFile"), StandardCharsets.UTF_8)
            : null;
    return new ReviewOrigin.Server(
        spec.required(SERVER + "/url"), authorities, spec.required(SERVER + "/tokenFile"));
  }

  private ReviewOrigin.Wanted wanted() {
    return new ReviewOrigin.Wanted(
        spec.texts(ATTRIBUTES + "/podLabels"),
        spec.texts(ATTRIBUTES + "/podAnnotations"),
        spec.texts(ATTRIBUTES + "/nodeLabels"));
  }

  private void refuse(String pointer, String where) {
    if (spec.has(pointer)) {
      String name = pointer.substring(pointer.lastIndexOf('/') + 1);
      spec.error(pointer, "\"" + name + "\" has no meaning " + where);
    }
  }

  private static String age(Duration age) {
    return age.toString().substring("PT".length()).toLowerCase(java.util.Locale.ROOT);
  }
}
