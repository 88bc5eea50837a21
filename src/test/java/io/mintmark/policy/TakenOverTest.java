package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Documents;
import io.mintmark.documents.Kind;
import io.mintmark.documents.ObjectReader;
import io.mintmark.documents.Problem;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What a policy takes over of an earlier one is never more than what it would have made. */
final class TakenOverTest {
  private static final String TOKEN = "accessToken: {resource: ledger, scopes: [read]}";
  private static final String TEMPLATE =
      "jwtSvid: {id: \"spiffe://broker.example.org/%s{path}\", audiences: [https://%s.example.org]}";

  /** Documents of one policy, some of them changed into another's, some left out, some added. */
  @RepeatedTest(60)
  void aChangedPolicyIsTheOneThatWouldHaveBeenMadeFromNothing(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    RandomPolicy first = new RandomPolicy(seed, 25, 4);
    Map<String, Document> before = documents(first.documents() + more(random));
    Map<String, Document> others =
        documents(new RandomPolicy(seed + 500, 25, 4).documents() + more(random));
    List<Document> after = new ArrayList<>();
    before.forEach(
        (label, document) -> {
          Document other = others.get(label);
          int choice = random.nextInt(seed % 2 == 0 ? 40 : 8);
          if (choice == 0 && other != null) {
            after.add(other);
          } else if (choice != 1) {
            after.add(document);
          }
        });
    others.forEach(
        (label, document) -> {
          if (!before.containsKey(label) && random.nextInt(3) == 0) {
            after.add(document);
          }
        });
    List<Document> one = new ArrayList<>(before.values());
    one.removeIf(document -> document.name().equals("g00001"));
    Policy earlier =
        compiled(set(one, "one"), compiled(set(List.copyOf(before.values()), "before"), null));
    DocumentSet changed = set(after, "after");
    Compilation anew = Policy.compile(changed, Given.CONTEXT);
    Compilation later = Policy.compile(changed, Given.CONTEXT, earlier);

    assertThat(said(later)).as("seed %d", seed).isEqualTo(said(anew));
    if (anew instanceof Compilation.Compiled(var expected, var _)
        && later instanceof Compilation.Compiled(var policy, var _)) {
      for (int i = 0; i < 60; i++) {
        AttestedWorkload workload = first.workload();
        Ask ask =
            switch (random.nextInt(3)) {
              case 0 -> Given.jwtSvid("https://a.example.org");
              case 1 -> Given.x509Svid();
              default -> first.ask();
            };
        assertThat(policy.decide(workload, ask, Given.NOW))
            .as("seed %d, %s, %s", seed, workload, ask)
            .isEqualTo(expected.decide(workload, ask, Given.NOW));
        assertThat(policy.explain(workload, ask, Given.NOW).wholeText())
            .isEqualTo(expected.explain(workload, ask, Given.NOW).wholeText());
      }
    }
  }

  @Test
  void theRulesOfTheSameDocumentsAreTakenOver() throws Exception {
    DocumentSet before =
        load(
            Given.resource("ledger", "")
                + Given.grant("same", Given.ORDERS, TOKEN, "")
                + Given.grant("changed", Given.ORDERS, TOKEN, ""));
    Policy earlier = compiled(before, null);
    Document changed = document(Given.grant("changed", Given.ORDERS, TOKEN, "when: \"false\""));
    Policy later =
        compiled(
            set(List.of(before.documents().get(0), before.documents().get(1), changed), "after"),
            earlier);

    assertThat(rule(later, "same")).isSameAs(rule(earlier, "same"));
    assertThat(rule(later, "changed")).isNotSameAs(rule(earlier, "changed"));
    assertThat(rule(later, "changed").when()).isNotNull();
  }

  @Test
  void aGrantHasTheTermsThatItsResourceHasNow() throws Exception {
    DocumentSet before =
        load(Given.resource("ledger", "") + Given.grant("g", Given.ORDERS, TOKEN, ""));
    Document grant = before.documents().get(1);
    Policy earlier = compiled(before, null);
    Document shorter = document(Given.resource("ledger", "maxLifetime: 1m"));
    Policy later = compiled(set(List.of(shorter, grant), "shorter"), earlier);

    Ask ask = Given.token(Given.LEDGER, "read");
    assertThat(earlier.decide(Given.attested(Given.ORDERS), ask, Given.NOW))
        .isInstanceOfSatisfying(
            Decision.Grant.class,
            given -> assertThat(given.expiresAt()).isEqualTo(Given.NOW.plusSeconds(300)));
    assertThat(later.decide(Given.attested(Given.ORDERS), ask, Given.NOW))
        .isInstanceOfSatisfying(
            Decision.Grant.class,
            given -> assertThat(given.expiresAt()).isEqualTo(Given.NOW.plusSeconds(60)));
  }

  @Test
  void aGrantOfAResourceThatIsGoneOrHasOtherScopesIsAnError() throws Exception {
    DocumentSet before =
        load(Given.resource("ledger", "") + Given.grant("g", Given.ORDERS, TOKEN, ""));
    Document grant = before.documents().get(1);
    Policy earlier = compiled(before, null);
    Document narrower =
        document(Given.resource("ledger", "").replace("[read, write, admin]", "[write]"));

    assertThat(said(Policy.compile(set(List.of(grant), "gone"), Given.CONTEXT, earlier)))
        .containsExactly("policy.yaml:17:35: error: resource \"ledger\" has no document");
    assertThat(said(Policy.compile(set(List.of(narrower, grant), "other"), Given.CONTEXT, earlier)))
        .containsExactly(
            "policy.yaml:17:52: error: scope \"read\" is not one of resource \"ledger\"");
  }

  @Test
  void whatWasMadeForAnotherBrokerIsNotTakenOver() throws Exception {
    DocumentSet documents =
        load(Given.grant("g", Given.ORDERS, "jwtSvid: {audiences: [https://a.example.org]}", ""));
    PolicyContext production =
        new PolicyContext(new TrustDomain("prod.example.org"), "https://mint.example.org");
    Compilation earlier = Policy.compile(documents, production);
    assertThat(earlier).isInstanceOf(Compilation.Compiled.class);

    Compilation later =
        Policy.compile(documents, Given.CONTEXT, ((Compilation.Compiled) earlier).policy());
    assertThat(later).isInstanceOf(Compilation.Rejected.class);
    assertThat(said(later).toString()).contains("SVIDs are struck only in the broker's trust");
  }

  /** The platform took the namespace's identities away: what it granted goes too. */
  @Test
  void aNamespacesGrantIsJudgedAnew() throws Exception {
    ObjectNode spec = JsonNodeFactory.instance.objectNode().put("owner", "a@example.org");
    spec.put("workload", "spiffe://broker.example.org/ns/payments/sa/orders");
    spec.putArray("evidence").add("kubernetes");
    spec.putObject("issue").putObject("jwtSvid").putArray("audiences").add("https://a.example.org");
    Document grant = ObjectReader.read(Kind.GRANT, "payments", "orders", spec);
    String issuer =
        """
        apiVersion: mintmark.io/v1
        kind: Issuer
        metadata: {name: cluster}
        spec: {type: kubernetes, issuer: "https://oidc.example.org", identity: "spiffe://broker.example.org/ns/%s/sa/{serviceaccount}"}
        """;
    PolicyContext context = Given.CONTEXT.ofCluster("https://oidc.example.org");
    Compilation earlier =
        Policy.compile(load(issuer.formatted("{namespace}")).and(List.of(grant)), context);
    assertThat(earlier).isInstanceOf(Compilation.Compiled.class);

    DocumentSet after = load(issuer.formatted("others")).and(List.of(grant));
    assertThat(Policy.compile(after, context, ((Compilation.Compiled) earlier).policy()))
        .isInstanceOf(Compilation.Rejected.class);
  }

  @Test
  void warningsAreSaidAgain() throws Exception {
    DocumentSet documents =
        load(
            Given.resource("ledger", "maxLifetime: 1m")
                + Given.grant(
                    "long",
                    Given.ORDERS,
                    "accessToken: {resource: ledger, scopes: [read], lifetime: 1h}",
                    "")
                + Given.grant(
                    "one", "spiffe://one.example.org/**", TEMPLATE.formatted("x", "a"), "")
                + Given.grant(
                    "two", "spiffe://two.example.org/**", TEMPLATE.formatted("x", "a"), ""));
    Compilation first = Policy.compile(documents, Given.CONTEXT);
    Policy policy = ((Compilation.Compiled) first).policy();
    assertThat(said(first)).hasSize(2);
    assertThat(said(Policy.compile(documents, Given.CONTEXT, policy))).isEqualTo(said(first));
  }

  /** Where one workload changed, what the collector has to copy is a small part of them all. */
  @Test
  void theIndexOfWorkloadsIsTakenOverButForWhatChanged() throws Exception {
    int many = 3_000;
    List<Document> documents =
        new ArrayList<>(load(workloads(many, "environment: prod")).documents());
    Policy earlier = compiled(set(documents, "before"), null);
    documents.set(7, document(workload(7, "environment: test")));
    documents.remove(9);
    documents.add(document(workload(many, "environment: test")));
    Policy later = compiled(set(documents, "after"), earlier);

    List<Map<WorkloadId, Inventory.Workload>> before = earlier.rules().inventory().parts;
    List<Map<WorkloadId, Inventory.Workload>> after = later.rules().inventory().parts;
    assertThat(IntStream.range(0, after.size()).filter(i -> after.get(i) != before.get(i)))
        .hasSizeBetween(1, 3);
    assertThat(before).allMatch(part -> part.size() < 30);
    for (int i = 0; i <= many; i++) {
      InventoryEntry entry = later.rules().inventory(WorkloadId.parse(id(i)));
      assertThat(entry == null ? null : entry.environment())
          .isEqualTo(i == 9 ? null : i == 7 || i == many ? "test" : "prod");
    }
  }

  @Test
  void ofTwoThatAreOneTheFirstIsNamedWhateverWasThereBefore() throws Exception {
    DocumentSet before = load(workloads(3, ""));
    Document twin = document(Given.workload("a", id(1), ""));
    List<Document> both = new ArrayList<>(before.documents());
    both.add(twin);
    DocumentSet after = set(both, "after");
    assertThat(said(Policy.compile(after, Given.CONTEXT, compiled(before, null))))
        .isEqualTo(said(Policy.compile(after, Given.CONTEXT)))
        .containsExactly("policy.yaml:14:7: error: \"" + id(1) + "\" is workload \"a\" already");
  }

  /** No set of documents has one twice; if one had, what is gone would stay in its place. */
  @Test
  void aDocumentThatIsThereTwiceIsAnError() throws Exception {
    DocumentSet before = load(workloads(2, ""));
    Document first = before.documents().getFirst();
    DocumentSet twice = set(List.of(first, first), "twice");
    assertThat(said(Policy.compile(twice, Given.CONTEXT, compiled(before, null)))).hasSize(1);
  }

  private static String more(Random random) {
    StringBuilder text = new StringBuilder();
    int first = random.nextInt(4);
    for (int i = 0; i < 4; i++) {
      // names that go round, so that one set's workload may be another's by another name
      String id = "spiffe://prod.example.org/ns/s0/sa/s%d".formatted((first + i) % 4);
      text.append(
          Given.workload("w" + random.nextInt(2) + i, id, "environment: e" + random.nextInt(2)));
    }
    for (int i = 0; i < 3; i++) {
      String domain = random.nextBoolean() ? "prod" : "other";
      String template = random.nextBoolean() ? "x" : "y";
      text.append(
          Given.grant(
              "j" + random.nextInt(2) + i,
              "spiffe://" + domain + ".example.org/**",
              TEMPLATE.formatted(template, random.nextBoolean() ? "a" : "b")
                  + ", x509Svid: {id: \"spiffe://broker.example.org/%s{path}\"}"
                      .formatted(template),
              "when: workload.environment == \"e" + random.nextInt(2) + "\""));
    }
    return text.toString();
  }

  private static String workloads(int number, String more) {
    StringBuilder text = new StringBuilder();
    IntStream.range(0, number).forEach(i -> text.append(workload(i, more)));
    return text.toString();
  }

  private static String workload(int number, String more) {
    return Given.workload("w-" + number, id(number), more);
  }

  private static String id(int number) {
    return "spiffe://prod.example.org/ns/n/sa/w-" + number;
  }

  private static GrantRule<?> rule(Policy policy, String name) {
    return policy.rules().grants().stream()
        .filter(rule -> rule.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> said(Compilation compilation) {
    return switch (compilation) {
      case Compilation.Compiled(var _, var warnings) ->
          warnings.stream().map(Problem::toString).toList();
      case Compilation.Rejected(var problems) -> problems.stream().map(Problem::toString).toList();
    };
  }

  private static Map<String, Document> documents(String text) {
    try {
      Map<String, Document> byLabel = new LinkedHashMap<>();
      load(text)
          .documents()
          .forEach(document -> byLabel.put(document.kind() + " " + document.name(), document));
      return byLabel;
    } catch (DocumentErrors errors) {
      throw new AssertionError(errors.problems().toString(), errors);
    }
  }

  private static DocumentSet load(String text) throws DocumentErrors {
    return Documents.parse("policy.yaml", text).load();
  }

  private static Document document(String text) throws DocumentErrors {
    return load(text).documents().getFirst();
  }

  private static DocumentSet set(List<Document> documents, String digest) {
    return new DocumentSet(
        documents,
        (document, pointer, path) -> {
          throw new AssertionError(path);
        },
        digest + "-".repeat(64));
  }

  private static Policy compiled(DocumentSet documents, @Nullable Policy earlier) {
    return switch (Policy.compile(documents, Given.CONTEXT, earlier)) {
      case Compilation.Compiled(var policy, var _) -> policy;
      case Compilation.Rejected(var problems) -> throw new AssertionError(problems.toString());
    };
  }
}
