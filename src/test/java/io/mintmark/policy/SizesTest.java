package io.mintmark.policy;

import static io.mintmark.policy.Given.LEDGER;
import static io.mintmark.policy.Given.NOW;
import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.attested;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.resource;
import static io.mintmark.policy.Given.scopes;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.EvidenceKind;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A condition of a few hundred characters must not take all memory, or a thread for ever. */
class SizesTest {
  private static final AttestedWorkload ATTESTED =
      attested(
          ORDERS,
          EvidenceKind.JWT_SVID,
          NOW.plusSeconds(3600),
          null,
          false,
          Map.of("groups", List.of("a", "b")));
  private static final Ask ASK =
      new Ask(
          new Ask.AccessToken(LEDGER, scopes("read")),
          Duration.ofMinutes(2),
          Delegation.NONE,
          InetAddress.ofLiteral("10.1.2.3"),
          null);

  static List<String> bombs() {
    return List.of(
        "['0123456789abcdef']" + ".map(x, x + x)".repeat(22) + ".size() == 1",
        "[b'0123456789abcdef']" + ".map(x, x + x)".repeat(22) + ".size() == 1",
        "[[1]]" + ".map(x, x + x)".repeat(22) + ".size() == 1",
        "[[1]]%1$s == [[1]]%1$s".formatted(".map(x, [x, x])".repeat(20)),
        "[{1: 1}]%1$s == [{1: 1}]%1$s".formatted(".map(x, {1: x, 2: x})".repeat(20)),
        "request.scopes" + ".map(x, true ? x + x : x)".repeat(22) + ".size() == 1",
        "[request]" + ".map(x, [x, x])".repeat(20) + ".size() == 0",
        "evidence.attributes.groups" + ".map(x, dyn(x) + x)".repeat(22) + ".size() == 1",
        "[[['a']]]" + ".map(x, [[x[0][0] + x[0][0]]])".repeat(22) + ".size() == 1",
        "[1].all(y, ['0123456789abcdef']" + ".map(x, x + x)".repeat(22) + ".size() == 1)");
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void whatGrowsWithEachLoopIsRefusedBeforeItIsEvaluated(String condition) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Compilation compilation = compiled(condition);
    if (compilation instanceof Compilation.Compiled(var policy, var warnings)) {
      long before = threads.getCurrentThreadAllocatedBytes();
      long began = System.nanoTime();
      Decision decision = policy.decide(ATTESTED, ASK, NOW);
      assertThat((threads.getCurrentThreadAllocatedBytes() - before) >> 20)
          .as("MiB, in %s ms: %s", (System.nanoTime() - began) / 1_000_000, decision)
          .isLessThan(4);
    }
    assertThat(compilation)
        .isInstanceOfSatisfying(
            Compilation.Rejected.class,
            rejected ->
                assertThat(rejected.problems().getFirst().message())
                    .isEqualTo("condition: its loops make values that are too large"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "request.scopes.map(s, s + '!').filter(s, s > 'a').size() == 1",
        "request.scopes.all(s, resource.scopes.exists(r, r == s && r.size() < 9))",
        "request.scopes.map(s, resource.scopes.map(r, r + ':' + s)).exists(l, 'a:b' in l)",
        "evidence.attributes.groups.filter(g, g.startsWith('team-')).exists(g, g + '/x' == 'y')",
        "[1, 2, 3].map(a, [4, 5, 6].map(b, a * b)).all(l, l.all(n, n > 0))",
        "workload.attributes.exists(k, k == 'tier')",
        "workload.path + workload.owner + string(delegation.depth) != ''",
        "delegation.actors.exists_one(a, a.contains('x') || a in ['b', 'c'] + delegation.actors)",
      })
  void whatPoliciesSayIsNot(String condition) {
    assertThat(compiled(condition)).isInstanceOf(Compilation.Compiled.class);
  }

  private static Compilation compiled(String condition) {
    return Given.compile(
        resource("ledger", ""),
        grant(
            "g",
            ORDERS,
            "accessToken: {resource: ledger, scopes: [read]}",
            "when: \"" + condition + "\""));
  }
}
