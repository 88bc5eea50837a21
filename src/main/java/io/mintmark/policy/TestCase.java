package io.mintmark.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.Problem;
import io.mintmark.workload.Ask;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A PolicyTest document: a supposed request and what is expected. */
record TestCase(Document document, Facts facts, Ask ask, Instant time) {
  private static final Duration EXPIRES_IN = Duration.ofHours(1);

  /** Empty where the document has an error, which is then reported. */
  static Optional<TestCase> parse(Document document, Consumer<Problem> problems) {
    JsonNode spec = document.spec();
    String pointer = "/spec/workload";
    try {
      WorkloadId id = WorkloadId.parse(spec.path("workload").asText());
      pointer = "/spec/time";
      Instant time = OffsetDateTime.parse(spec.path("time").asText()).toInstant();
      pointer = "/spec/ask/sourceAddress";
      InetAddress source =
          InetAddress.ofLiteral(spec.path("ask").path("sourceAddress").asText("127.0.0.1"));
      pointer = "/spec/ask";
      Ask ask = ask(spec.path("ask"), source);
      pointer = "/spec/expect/reason";
      reason(spec.path("expect"));
      return Optional.of(new TestCase(document, facts(id, spec.path("evidence"), time), ask, time));
    } catch (MalformedWorkloadId e) {
      problems.accept(document.error(pointer, String.valueOf(e.getMessage())));
    } catch (DateTimeException e) {
      problems.accept(
          document.error(pointer, "\"" + spec.path("time").asText() + "\" is not a time"));
    } catch (IllegalArgumentException e) {
      problems.accept(document.error(pointer, String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }

  private static Facts facts(WorkloadId id, JsonNode evidence, Instant time) {
    return new Facts(
        id,
        EvidenceKind.ofWord(evidence.path("kind").asText()).orElseThrow(),
        evidence.path("issuer").asText(id.trustDomain().name()),
        Fields.attributes(evidence.path("attributes")),
        time.minus(Fields.duration(evidence, "age", Duration.ZERO)),
        time.plus(Fields.duration(evidence, "expiresIn", EXPIRES_IN)),
        evidence.path("certificate").asBoolean(false) ? "supposed" : null,
        evidence.path("struckHere").asBoolean(false));
  }

  private static Ask ask(JsonNode ask, InetAddress source) {
    return new Ask(
        wanted(ask),
        Fields.duration(ask, "lifetime"),
        new Delegation(Fields.text(ask, "subject"), Fields.texts(ask.path("actors"))),
        source,
        null);
  }

  private static Ask.Wanted wanted(JsonNode ask) {
    boolean token = ask.has("accessToken");
    boolean jwt = ask.has("jwtSvid");
    boolean x509 = ask.has("x509Svid");
    if ((token ? 1 : 0) + (jwt ? 1 : 0) + (x509 ? 1 : 0) != 1) {
      throw new IllegalArgumentException(
          "spec.ask must have exactly one of accessToken, jwtSvid, x509Svid");
    }
    if (token) {
      JsonNode wanted = ask.path("accessToken");
      Set<Scope> scopes =
          Fields.texts(wanted.path("scopes")).stream().map(Scope::new).collect(Collectors.toSet());
      return new Ask.AccessToken(wanted.path("resource").asText(), scopes);
    }
    return jwt
        ? new Ask.JwtSvid(Set.copyOf(Fields.texts(ask.path("jwtSvid").path("audiences"))))
        : new Ask.X509Svid(SupposedKey.KEY);
  }

  private static void reason(JsonNode expect) {
    String word = Fields.text(expect, "reason");
    if (word != null && Arrays.stream(Reason.values()).noneMatch(r -> r.word().equals(word))) {
      throw new IllegalArgumentException(
          "\"" + word + "\" is not a reason; known are " + Arrays.toString(Reason.values()));
    }
  }
}
