package io.mintmark.kubernetes.policy;

import static io.mintmark.kubernetes.policy.CustomKind.GRANT;
import static io.mintmark.kubernetes.policy.CustomKind.GUARDRAIL;
import static io.mintmark.kubernetes.policy.CustomKind.ISSUER;
import static io.mintmark.kubernetes.policy.CustomKind.RESOURCE;
import static io.mintmark.kubernetes.policy.CustomKind.WORKLOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.policy.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UnionTest {
  private static final String RESOURCE_SPEC = "{owner: a@b, audience: 'https://a', scopes: [read]}";
  private static final String GRANT_SPEC =
      "{owner: a@b, workload: 'spiffe://prod.example.org/ns/a/sa/b', evidence: [kubernetes], issue:"
          + " {accessToken: {resource: r, scopes: [read]}}, when: '%s'}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{owner: a@b}",
        "[1, 2]",
        "text",
        "{owner: a@b, audience: x, scopes: [read], maxLifetme: 5m}",
        "{owner: a@b, audience: x, scopes: [read], signing: ES512}",
        "{owner: a@b, audience: x, scopes: [read], maxLifetime: 5 minutes}",
        "{owner: a@b, audience: x, scopes: [read, read]}",
      })
  void aBrokenResourceStopsNoOther(String broken) throws DocumentErrors {
    Cluster cluster =
        new Cluster()
            .with(RESOURCE, "a/r", RESOURCE_SPEC)
            .with(RESOURCE, "b/broken", broken)
            .with(GRANT, "b/orphan", GRANT_SPEC.formatted("true").replace(": r,", ": broken,"))
            .with(GRANT, "a/g", GRANT_SPEC.formatted("true"))
            .with(GRANT, "a/condition", GRANT_SPEC.formatted("workload.enviroment == 1"));
    assertThat(cluster.compile().leftOut())
        .containsOnlyKeys("Resource b/broken", "Grant b/orphan", "Grant a/condition");
    assertThat(cluster.sentence("Grant a/condition"))
        .startsWith("spec.when: condition: undefined field 'enviroment'");
  }

  @Test
  void fieldsOfTenThousandCharactersAreRefusedAndQuotedInPart() throws DocumentErrors {
    String huge = "x".repeat(10_000);
    Cluster cluster =
        new Cluster()
            .with(RESOURCE, "a/r", RESOURCE_SPEC.replace("https://a", huge))
            .with(GRANT, "a/g", GRANT_SPEC.formatted(huge))
            .with(GUARDRAIL, "g", "{owner: a@b, deny: '" + huge + "'}")
            .with(RESOURCE, "a/s", "? " + huge + "\n: 1");
    assertThat(cluster.compile().leftOut()).hasSize(4);
    for (String label : cluster.compile().leftOut().keySet()) {
      assertThat(cluster.sentence(label)).hasSizeLessThan(1_100);
    }
  }

  @Test
  void aDocumentOfAThousandErrorsIsToldOfAFew() throws DocumentErrors {
    String names = "[" + "a,".repeat(1_000) + "a] == []";
    StringBuilder scopes = new StringBuilder("scopes: [s0");
    for (int i = 1; i < 256; i++) {
      scopes.append(", s").append(i);
    }
    Cluster cluster =
        new Cluster()
            .with(RESOURCE, "a/r", RESOURCE_SPEC)
            .with(GRANT, "a/names", GRANT_SPEC.formatted(names))
            .with(GRANT, "a/scopes", GRANT_SPEC.formatted("true").replace("scopes: [read", scopes));
    var leftOut = cluster.compile().leftOut();
    assertThat(leftOut.get("Grant a/names")).hasSize(5);
    assertThat(leftOut.get("Grant a/scopes")).hasSize(20);
  }

  @Test
  void theFolderStaysWholeOrNotAtAll() {
    Cluster cluster =
        new Cluster().folder(Cluster.OWN + brokenGuardrail()).with(RESOURCE, "a/r", RESOURCE_SPEC);
    assertThatThrownBy(cluster::compile)
        .isInstanceOf(DocumentErrors.class)
        .hasMessageContaining("platform.yaml");
  }

  private static String brokenGuardrail() {
    return "---\napiVersion: mintmark.io/v1\nkind: Guardrail\nmetadata: {name: g}\n"
        + "spec: {owner: a@b, deny: workload.nothing}\n";
  }

  @Test
  void theFoldersDocumentWinsAndBothAreTold() throws DocumentErrors {
    String issuer =
        "{type: kubernetes, issuer: 'https://evil.example.org', identity:"
            + " 'spiffe://prod.example.org/ns/{namespace}/sa/{serviceaccount}'}";
    var union = new Cluster().with(ISSUER, "cluster", issuer).compile();
    assertThat(union.leftOut()).containsOnlyKeys("Issuer cluster");
    assertThat(Condition.message(union.leftOut().get("Issuer cluster")))
        .contains("the policy folder has a document of this name");
    assertThat(union.said())
        .singleElement()
        .satisfies(said -> assertThat(said.position().file()).isEqualTo("platform.yaml"))
        .satisfies(said -> assertThat(said.message()).contains("Issuer cluster"));
  }

  @Test
  void aBrokenGuardrailNeverOpens() throws DocumentErrors {
    String good = "{owner: a@b, deny: workload.environment == \"test\"}";
    String broken = "{owner: a@b, deny: workload.enviroment == \"test\"}";
    Cluster cluster = new Cluster().with(GUARDRAIL, "g", broken);
    var denies = cluster.compile();
    assertThat(denies.standIns()).containsExactly("Guardrail g");
    assertThat(denies.guardrails()).isEmpty();
    assertThat(denies.denials()).isEqualTo(1);

    var opened = cluster.without(GUARDRAIL, "g").with(GUARDRAIL, "g", good).compile();
    assertThat(opened.standIns()).isEmpty();
    assertThat(opened.denials()).isZero();
    Policy inForce = opened.compiled();

    var kept = cluster.without(GUARDRAIL, "g").with(GUARDRAIL, "g", broken).compile();
    assertThat(kept.standIns()).containsExactly("Guardrail g");
    assertThat(kept.guardrails()).containsOnlyKeys("Guardrail g");
    assertThat(kept.denials()).isZero();
    assertThat(kept.compiled().version()).isEqualTo(inForce.version());
    var still = cluster.compile();
    assertThat(still.compiled().version()).isEqualTo(inForce.version());

    assertThat(cluster.without(GUARDRAIL, "g").compile().compiled().version())
        .isNotEqualTo(inForce.version());
  }

  @Test
  void aGuardrailWrittenLikeOursIsKeptLikeAnyOther() throws DocumentErrors {
    String ours = Claims.denial("Guardrail g").spec().toString();
    Cluster cluster = new Cluster().with(GUARDRAIL, "g", ours);
    assertThat(cluster.compile().guardrails()).containsOnlyKeys("Guardrail g");
    var kept = cluster.without(GUARDRAIL, "g").with(GUARDRAIL, "g", "{deny: 1}").compile();
    assertThat(kept.standIns()).containsExactly("Guardrail g");
    assertThat(kept.denials()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"when:, spec.wen", "lifetime:, spec.issue.accessToken.lifetme"})
  void aMisspeltRestrictionIsNoGrantWithoutIt(String word, String path) throws DocumentErrors {
    String misspelt = path.substring(path.lastIndexOf('.') + 1);
    String grant =
        GRANT_SPEC.formatted("false").replace("scopes: [read]", "scopes: [read], lifetime: 1m");
    Cluster cluster =
        new Cluster()
            .with(RESOURCE, "a/r", RESOURCE_SPEC)
            .with(GRANT, "a/g", grant.replace(word, misspelt + ":"));
    assertThat(cluster.compile().leftOut()).containsOnlyKeys("Grant a/g");
    assertThat(cluster.sentence("Grant a/g")).contains("\"" + misspelt + "\"");
  }

  @Test
  void whatIsBrokenItselfKeepsNoOtherOut() throws DocumentErrors {
    String workload =
        "{id: 'spiffe://prod.example.org/ns/a/sa/b', owner: a@b, reviewBy: '2026-%s-01'}";
    Cluster cluster =
        new Cluster()
            .with(WORKLOAD, "a/older", workload.formatted("13"))
            .with(WORKLOAD, "a/younger", workload.formatted("12"));
    assertThat(cluster.compile().leftOut()).containsOnlyKeys("Workload a/older");
    cluster.without(WORKLOAD, "a/older").with(WORKLOAD, "a/zebra", workload.formatted("11"));
    assertThat(cluster.compile().leftOut()).containsOnlyKeys("Workload a/zebra");
  }

  @Test
  void aNamespaceCannotBreakAGuardrailByDeletingItsResource() throws DocumentErrors {
    Cluster cluster =
        new Cluster()
            .with(RESOURCE, "a/r", RESOURCE_SPEC)
            .with(
                GUARDRAIL,
                "g",
                "{owner: a@b, match: {resource: a/r}, deny: 'workload.environment != \"prod\"'}");
    assertThat(cluster.compile().leftOut()).isEmpty();
    assertThat(cluster.compile().warnings()).isEmpty();
    var without = cluster.without(RESOURCE, "a/r").compile();
    assertThat(without.leftOut()).isEmpty();
    assertThat(Condition.message(without.warnings().get("Guardrail g")))
        .isEqualTo("spec.match.resource: resource \"a/r\" has no document");
  }

  @Test
  void tooManyDocumentsOfANamespaceAreNotRead() throws DocumentErrors {
    Cluster cluster = new Cluster();
    for (int i = 0; i < Claims.MAX_OF_NAMESPACE + 2; i++) {
      cluster.with(RESOURCE, "a/r" + i, "{}");
    }
    cluster.with(RESOURCE, "b/r", RESOURCE_SPEC);
    var union = cluster.compile();
    assertThat(union.leftOut()).doesNotContainKey("Resource b/r");
    assertThat(union.leftOut().values())
        .filteredOn(problems -> problems.getFirst().message().contains("too many"))
        .hasSize(2);
  }
}
