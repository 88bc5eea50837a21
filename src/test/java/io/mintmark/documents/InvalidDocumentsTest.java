package io.mintmark.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InvalidDocumentsTest {
  private static final String HEAD =
      "apiVersion: mintmark.io/v1\nkind: Resource\nmetadata: {name: ledger}\n";
  private static final String GRANT =
      HEAD.replace("Resource", "Grant") + "spec:\n  owner: a\n  workload: spiffe://a/b\n";
  private static final String SPEC =
      "spec: {owner: a, audience: https://l.example.org, scopes: [r]}\n";

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void isRefusedWithItsPlaceAndASentence(String what, String yaml, String problem) {
    DocumentErrors errors =
        catchThrowableOfType(
            DocumentErrors.class, () -> Documents.parse("policy.yaml", yaml).load());
    assertThat(errors).as(what).isNotNull();
    assertThat(errors.problems())
        .extracting(Problem::toString)
        .anyMatch(s -> s.startsWith(problem));
  }

  static Stream<Arguments> isRefusedWithItsPlaceAndASentence() {
    return Stream.of(
        bad(
            "unknown apiVersion",
            "apiVersion: v2\n",
            "1:13",
            "apiVersion must be \"mintmark.io/v1\", not \"v2\""),
        bad(
            "no apiVersion",
            "kind: Grant\n",
            "1:1",
            "apiVersion must be \"mintmark.io/v1\", not \"\""),
        bad(
            "unknown kind",
            "apiVersion: mintmark.io/v1\nkind: Grnt\n",
            "2:7",
            "kind \"Grnt\" is not a policy document; did you mean \"Grant\"?"),
        bad(
            "a list",
            "- a\n",
            "1:1",
            "a document must have the fields apiVersion, kind, metadata and spec"),
        bad(
            "a scalar",
            "hello\n",
            "1:1",
            "a document must have the fields apiVersion, kind, metadata and spec"),
        bad("no spec", HEAD, "1:1", "document: \"spec\" is missing"),
        bad(
            "unknown field",
            HEAD + SPEC.replace("scopes:", "scops: [x], scopes:"),
            "4:51",
            "spec: field \"scops\" is not known; did you mean \"scopes\"?"),
        bad(
            "field in the wrong place",
            HEAD + SPEC + "owner: x\n",
            "5:1",
            "document: field \"owner\" is not known; known are apiVersion, kind, metadata, spec"),
        bad(
            "duplicate key",
            HEAD + SPEC + "kind: Resource\n",
            "5:1",
            "field \"kind\" is given twice"),
        bad(
            "duplicate key in flow",
            HEAD + "spec: {owner: a, owner: b}\n",
            "4:18",
            "field \"owner\" is given twice"),
        bad(
            "duplicate name",
            HEAD + SPEC + "---\n" + HEAD + SPEC,
            "8:18",
            "Resource \"ledger\" is already at policy.yaml:3:18"),
        bad("anchor", HEAD + "spec: &a {owner: a}\n", "4:7", "anchors (&name) are not allowed"),
        bad("alias", HEAD + "spec: *a\n", "4:7", "aliases (*name) are not allowed"),
        bad(
            "merge key",
            HEAD + "spec: {<<: {owner: a}}\n",
            "4:8",
            "merge keys (<<) are not allowed"),
        bad(
            "java tag",
            HEAD + "spec: !!javax.script.ScriptEngineManager [a]\n",
            "4:7",
            "tags (tag:yaml.org,2002:javax.script.Scr"),
        bad(
            "binary tag",
            HEAD + "spec: !!binary aGk=\n",
            "4:7",
            "tags (tag:yaml.org,2002:binary) are not allowed"),
        bad(
            "name with upper case",
            HEAD.replace("ledger", "Ledger") + SPEC,
            "3:18",
            "metadata.name: \"Ledger\" does not fit: Lower-case letters, digits"),
        bad(
            "name with a final newline",
            HEAD.replace("ledger", "\"ledger\\n\"") + SPEC,
            "3:18",
            "metadata.name: \"ledger \" does not fit: Lower-case letters, digits"),
        bad(
            "empty name",
            HEAD.replace("ledger", "''") + SPEC,
            "3:18",
            "metadata.name: \"\" does not fit: Lower-case letters, digits"),
        bad(
            "number as owner",
            HEAD + SPEC.replace("owner: a", "owner: 12"),
            "4:15",
            "spec.owner must be a string, not the number 12 (quote it if it is a name)"),
        bad(
            "null owner",
            HEAD + SPEC.replace("owner: a", "owner: null"),
            "4:15",
            "spec.owner must be a string, not nothing"),
        bad(
            "bool owner",
            HEAD + SPEC.replace("owner: a", "owner: true"),
            "4:15",
            "spec.owner must be a string, not true (quote it if it is a name)"),
        bad(
            "scope as a string",
            HEAD + SPEC.replace("[r]", "r"),
            "4:59",
            "spec.scopes must be a list, not \"r\""),
        bad(
            "scope with a quote",
            HEAD + SPEC.replace("[r]", "['a\"b']"),
            "4:60",
            "spec.scopes[0]: \"a\"b\" does not fit: An OAuth scope (RFC 6749 section 3.3)"),
        bad(
            "scope twice",
            HEAD + SPEC.replace("[r]", "[r, r]"),
            "4:59",
            "spec.scopes names something twice"),
        bad(
            "binding unknown",
            HEAD + SPEC.replace("[r]", "[r], binding: mtsl"),
            "4:73",
            "spec.binding: \"mtsl\" is not one of any, required, mtls, dpop"),
        bad(
            "YAML 1.1 boolean",
            HEAD + SPEC.replace("[r]", "[r], binding: no"),
            "4:73",
            "spec.binding: \"no\" is not one of any, required, mtls, dpop"),
        bad(
            "lifetime without unit",
            HEAD + SPEC.replace("[r]", "[r], maxLifetime: 10"),
            "4:77",
            "spec.maxLifetime must be a string, not the number 10 (quote it if it is a name)"),
        bad(
            "lifetime of zero",
            HEAD + SPEC.replace("[r]", "[r], maxLifetime: 0s"),
            "4:77",
            "spec.maxLifetime: \"0s\" does not fit: A number and s, m, h or d: 90s, 5m, 1h, 7d"),
        bad(
            "huge number",
            HEAD + SPEC.replace("owner: a", "owner: 123456789012345678901"),
            "4:15",
            "number has more than 18 digits; quote it if it is a name"),
        bad(
            "infinite number",
            HEAD + SPEC.replace("owner: a", "owner: 1e999"),
            "4:15",
            "number is out of range; quote it if it is a name"),
        bad(
            "control character",
            HEAD + "spec: {owner: \"a" + (char) 7 + "\"}\n",
            "4:17",
            "character U+0007 is not allowed in YAML"),
        bad(
            "unclosed flow",
            HEAD + "spec: {owner: a\n",
            "5:1",
            "not valid YAML: expected ',' or '}', but got <stream end>"),
        bad(
            "an escape that ends with the text",
            HEAD + "spec: {owner: \"a\\u",
            "4:19",
            "not valid YAML: an escape of no character"),
        bad(
            "an escape of no character",
            HEAD + "spec: {owner: \"a\\UFFFFFFFF\"}\n",
            "4:19",
            "not valid YAML: an escape of no character"),
        bad(
            "tab as indentation",
            HEAD + "spec:\n\towner: a\n",
            "5:1",
            "not valid YAML: found character '\\t(TAB)'"),
        bad(
            "a mapping as a key",
            HEAD + "spec: {{a: b}: c}\n",
            "4:8",
            "a field's name must be a string"),
        bad(
            "two ways to a bundle",
            HEAD.replace("Resource", "TrustDomain")
                + "spec: {accepts: [], bundle: {file: a, workloadApi: 'unix:///x'}}\n",
            "4:29",
            "spec.bundle must have only one of file, endpoint, workloadApi"),
        bad(
            "grant without kinds of evidence",
            GRANT + "  evidence: []\n  issue: {jwtSvid: {audiences: [a]}}\n",
            "7:13",
            "spec.evidence must not be empty: an empty list means nobody"),
        bad(
            "grant of nothing",
            GRANT + "  evidence: [oidc]\n  issue: {}\n",
            "8:10",
            "spec.issue must have one of accessToken, jwtSvid, x509Svid"));
  }

  private static Arguments bad(String what, String yaml, String place, String message) {
    return Arguments.of(what, yaml, "policy.yaml:" + place + ": error: " + message);
  }
}
