package io.mintmark.policy;

import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.guardrail;
import static io.mintmark.policy.Given.problems;
import static io.mintmark.policy.Given.resource;
import static io.mintmark.policy.Given.workload;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InvalidPolicyTest {
  private static final String READ = "accessToken: {resource: ledger, scopes: [read]}";
  private static final String SVID = "jwtSvid: {audiences: [a]";
  private static final String OWN = "spiffe://broker.example.org/";

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void doesNotCompile(String what, String documents, String place, String message) {
    assertThat(Given.compile(documents)).isInstanceOf(Compilation.Rejected.class);
    assertThat(problems(documents))
        .as(what)
        .anyMatch(
            problem ->
                problem.startsWith("policy.yaml:" + place + ": error: ")
                    && problem.contains(message));
  }

  static Stream<Arguments> doesNotCompile() {
    String ledger = resource("ledger", "");
    return Stream.of(
        row("unknown resource", grant("g", ORDERS, READ, ""), "9:35", "resource \"ledger\" has no"),
        row(
            "scope that the resource does not know",
            ledger + grant("g", ORDERS, READ.replace("read", "raed"), ""),
            "17:52",
            "scope \"raed\" is not one of resource \"ledger\""),
        row("half a segment", ledger + on(ORDERS + "*"), "15:13", "** only at the end"),
        row("** in the middle", ledger + on("spiffe://a/**/b"), "15:13", "** only at the end"),
        row("*** at the end", ledger + on("spiffe://a/***"), "15:13", "** only at the end"),
        row(
            "wildcard in a segment",
            ledger + on("spiffe://a/x*y/b"),
            "15:13",
            "** only at the end"),
        row("an empty segment", ledger + on("spiffe://a//b"), "15:13", "segment \"\""),
        row("a slash at the end", ledger + on("spiffe://a/b/"), "15:13", "segment \"\""),
        row("dots", ledger + on("spiffe://a/../b"), "15:13", "segment \"..\""),
        row(
            "no name of a trust domain",
            ledger + on("spiffe://" + "a".repeat(256) + "/b"),
            "15:13",
            "255"),
        row(
            "SVID in another domain",
            grant("g", ORDERS, SVID + "}", ""),
            "9:20",
            "name the identity there, such as id: \"spiffe://broker.example.org{path}\""),
        row(
            "identity in another domain",
            svid(ORDERS, "spiffe://prod.example.org{path}"),
            "9:25",
            "only in the broker's trust domain \"broker.example.org\""),
        row(
            "domain with a suffix",
            svid(ORDERS, "spiffe://broker.example.orgx{path}"),
            "9:25",
            "only in the broker's trust domain"),
        row("reserved identity", svid(ORDERS, OWN + "mintmark/broker"), "9:25", "the broker's own"),
        row("reserved template", svid(ORDERS, OWN + "mintmark{path}"), "9:25", "the broker's own"),
        row("placeholder in the middle", svid(ORDERS, OWN + "{path}/x"), "9:25", "only at its end"),
        row("two placeholders", svid(ORDERS, OWN + "{path}{path}"), "9:25", "only at its end"),
        row("unknown placeholder", svid(ORDERS, OWN + "{name}"), "9:25", "only {path} may stand"),
        row(
            "slash before the path",
            svid(ORDERS, OWN + "{path}"),
            "9:25",
            "a segment that is empty"),
        row(
            "an identity without a path",
            svid(ORDERS, "spiffe://broker.example.org"),
            "9:25",
            "has no path"),
        row(
            "one identity for many",
            svid("spiffe://prod.example.org/**", OWN + "x"),
            "9:25",
            "many workloads would share one identity"),
        row(
            "own domain, one identity for many",
            svid(OWN + "*", OWN + "x"),
            "9:25",
            "many workloads would share one identity"),
        row(
            "a condition on a resource for an SVID",
            grant("g", OWN + "a", SVID + "}", "when: resource.environment == \"prod\""),
            "10:9",
            "which an SVID does not have"),
        row(
            "a condition on one audience for an SVID",
            grant("g", OWN + "a", SVID + "}", "when: request.audience == \"a\""),
            "10:9",
            "which an SVID does not have"),
        row(
            "a condition on the name of a resource for an SVID",
            grant("g", OWN + "a", SVID + "}", "when: request.resource == \"a\""),
            "10:9",
            "which an SVID does not have"),
        row(
            "a condition on one audience and on more for an SVID",
            grant(
                "g",
                OWN + "a",
                SVID + "}",
                "when: request.audience == \"b\" && evidence.attributes.ref == \"x\""),
            "10:9",
            "which an SVID does not have"),
        row(
            "DNS name that ends with -",
            grant("g", OWN + "a", "x509Svid: {dnsNames: [a-.b]}", ""),
            "9:33",
            "\"a-.b\" is not a DNS name"),
        row(
            "DNS name with a long label",
            grant("g", OWN + "a", "x509Svid: {dnsNames: [" + "a".repeat(64) + ".b]}", ""),
            "9:33",
            "is not a DNS name"),
        row(
            "DNS name that begins with -",
            grant("g", OWN + "a", "x509Svid: {dnsNames: [a.-b]}", ""),
            "9:33",
            "is not a DNS name"),
        row(
            "DNS name with an empty label",
            grant("g", OWN + "a", "x509Svid: {dnsNames: [a..b]}", ""),
            "9:33",
            "is not a DNS name"),
        row(
            "misspelt field",
            guardrail("g", "workload.enviroment != \"x\"", ""),
            "7:17",
            "undefined field 'enviroment'; known are attributes, classification, environment"),
        row(
            "unknown variable",
            guardrail("g", "workloads.id != \"x\"", ""),
            "7:9",
            "undeclared reference to 'workloads'"),
        row(
            "not a boolean",
            guardrail("g", "workload.id", ""),
            "7:9",
            "must be true or false, but is of type string"),
        row(
            "a boolean at run time only",
            guardrail("g", "evidence.attributes.admin", ""),
            "7:9",
            "must be true or false, but is of type dyn"),
        row(
            "types that do not compare",
            guardrail("g", "delegation.depth > \"1\"", ""),
            "7:26",
            "no matching overload"),
        row(
            "unknown field of what is no variable",
            guardrail("g", "(workload).foo == \"x\"", ""),
            "7:19",
            "undefined field 'foo'"),
        row("not CEL", guardrail("g", "workload.id ==", ""), "7:23", "mismatched input"),
        row(
            "a regular expression",
            guardrail("g", "workload.id.matches(\"^a\")", ""),
            "7:28",
            "use startsWith, endsWith, contains or =="),
        row(
            "a hidden variable",
            guardrail("g", "'[1].exists(resource, resource == 2)'", ""),
            "7:9",
            "must not hide"),
        row(
            "an object",
            guardrail("g", "'mintmark.Workload{id: \"a\"} == workload'", ""),
            "7:9",
            "objects cannot be made"),
        row(
            "too deep",
            guardrail("g", "(".repeat(60) + "true" + ")".repeat(60), ""),
            "7:9",
            "condition: "),
        row(
            "too many nodes",
            guardrail("g", "1" + "+1".repeat(1500) + " == 1", ""),
            "7:9",
            "condition: "),
        row(
            "second line of a block",
            guardrail("g", "|\n    true &&\n      workload.foo", ""),
            "9:15",
            "undefined field 'foo'"),
        row(
            "guardrail for an unknown resource",
            guardrail("g", "'true'", "match: {resource: nothing}"),
            "8:21",
            "resource \"nothing\" has no document"),
        row(
            "guardrail for a bad pattern",
            guardrail("g", "'true'", "match: {workload: \"spiffe://a/**/b\"}"),
            "8:21",
            "** only at the end"),
        row(
            "audience of two resources",
            ledger + resource("bank", "").replace("bank.", "ledger."),
            "7:13",
            "is that of resource \"bank\" already"),
        row(
            "workload twice",
            workload("a", ORDERS, "") + workload("b", ORDERS, ""),
            "14:7",
            "is workload \"a\" already"),
        row(
            "not a workload",
            workload("a", "spiffe://a/b/../c", ""),
            "7:7",
            "segment that is empty, . or .."),
        row("not a date", workload("a", ORDERS, "reviewBy: 2027-02-30"), "8:13", "is not a date"),
        row(
            "the broker's resource elsewhere",
            resource("mintmark-admin", ""),
            "7:13",
            "must be \"https://mint.example.org/v1/admin\""),
        row(
            "test of two requests",
            test("accessToken: {resource: a}, x509Svid: {}", "denied"),
            "8:8",
            "exactly one of accessToken, jwtSvid, x509Svid"),
        row(
            "test of what is no workload",
            test("x509Svid: {}", "denied").replace("/sa/orders", "/../orders"),
            "6:13",
            "segment that is empty, . or .."),
        row(
            "test with an unknown reason",
            test("x509Svid: {}", "denied, reason: because"),
            "10:37",
            "\"because\" is not a reason"),
        row(
            "test at no time",
            test("x509Svid: {}", "denied").replace("11-20T", "13-20T"),
            "9:9",
            "is not a time"));
  }

  @Test
  void everyProblemIsReportedAtOnce() {
    assertThat(
            problems(
                grant("a", ORDERS, READ, ""),
                grant("b", ORDERS, READ, ""),
                guardrail("c", "workload.id", "")))
        .hasSize(3);
  }

  @Test
  void warningsDoNotStopAPolicy() {
    String template = "jwtSvid: {id: \"spiffe://broker.example.org{path}\", audiences: [a]}";
    assertThat(
            problems(
                grant("a", ORDERS, template, ""),
                grant("b", "spiffe://test.example.org/**", template, "")))
        .singleElement()
        .asString()
        .contains("warning: workloads of the trust domains prod.example.org, test.example.org");
    assertThat(problems(resource("ledger", "binding: dpop")))
        .singleElement()
        .asString()
        .startsWith("policy.yaml:9:12: warning: no token can be bound by dpop yet");
    assertThat(
            problems(
                resource("ledger", "maxLifetime: 1m"),
                grant("g", ORDERS, READ.replace("[read]", "[read], lifetime: 2m"), "")))
        .singleElement()
        .asString()
        .contains("warning: resource \"ledger\" allows at most 1m");
  }

  private static Arguments row(String what, String documents, String place, String message) {
    return Arguments.of(what, documents, place, message);
  }

  private static String on(String workload) {
    return grant("g", "\"" + workload + "\"", READ, "");
  }

  private static String svid(String workload, String id) {
    return grant(
        "g", "\"" + workload + "\"", SVID.replace("{aud", "{id: \"" + id + "\", aud") + "}", "");
  }

  private static String test(String ask, String expect) {
    return """
    ---
    apiVersion: mintmark.io/v1
    kind: PolicyTest
    metadata: {name: t}
    spec:
      workload: %s
      evidence: {kind: oidc}
      ask: {%s}
      time: 2026-11-20T10:00:00Z
      expect: {outcome: %s}
    """
        .formatted(ORDERS, ask, expect);
  }
}
