package io.mintmark.sidecar.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Plan;
import io.mintmark.sidecar.plan.Section;
import io.mintmark.sidecar.unix.Callers;
import io.mintmark.sidecar.unix.ConnectionLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketsSectionTest {
  private static final Wanted.X509Svid IDENTITY = new Wanted.X509Svid(Wanted.KeyKind.EC_P256, null);

  @TempDir Path folder;

  @Test
  void absentCallersAreTheOwnUserAndAnEmptyListIsNobody() throws Exception {
    assertThat(only("credential: id, to: {sds: {socket: 'unix:///run/a.sock'}}").callers())
        .isNull();
    Plan plan = plan("credential: id, to: {sds: {socket: 'unix:///run/a.sock', allow: {}}}");
    assertThat(((SocketPlan) plan.deliveries().getFirst()).callers())
        .isEqualTo(new Callers(Set.of(), Set.of()));
    assertThat(plan.warnings().toString()).contains("nobody is served");
  }

  @Test
  void aUserOfAnyOtherNamespaceIsWarnedOf() throws Exception {
    assertThat(
            plan("credential: id, to: {sds: {socket: 'unix:///a.sock', allow: {uids: [65534]}}}")
                .warnings()
                .toString())
        .contains("another user namespace");
  }

  @Test
  void everythingOfASocketIsRead() throws Exception {
    SocketPlan plan =
        only(
            """
            credential: {x509Svid: {}}, to: {workloadApi: {socket: "unix:///run/a.sock",
              mode: "0660", allow: {uids: [1000], gids: [2000]}, sds: true, hint: internal,
              limits: {connections: 9, connectionsPerUser: 3},
              extAuthz: {routes: [{credential: token}]}}}
            """);
    assertThat(plan.path()).isEqualTo(Path.of("/run/a.sock"));
    assertThat(plan.mode()).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
    assertThat(plan.callers()).isEqualTo(new Callers(Set.of(1000L), Set.of(2000L)));
    assertThat(plan.limits()).isEqualTo(new ConnectionLimits(9, 3));
    assertThat(plan.workloadApi()).isEqualTo(new SocketPlan.WorkloadApiPlan(IDENTITY, "internal"));
    assertThat(plan.sds()).isEqualTo(IDENTITY);
    assertThat(plan.routes()).hasSize(1);
  }

  @Test
  void everythingOfARouteIsRead() throws Exception {
    SocketPlan plan =
        only(
            """
            credential: token, to: {extAuthz: {socket: "unix:///a.sock", routes: [
              {hosts: [A.example.org], path: /v1, methods: [GET],
               credential: {jwtSvid: {audiences: [a]}}, header: X-Token, remove: [Cookie]},
              {path: /v2}]}}
            """);
    assertThat(plan.routes()).hasSize(2);
    assertThat(plan.routes().getFirst().hosts()).containsExactly("a.example.org");
    assertThat(plan.routes().getFirst().credential())
        .isEqualTo(new Wanted.JwtSvid(List.of("a"), null));
    assertThat(plan.routes().getFirst().header()).isEqualTo("x-token");
    assertThat(plan.routes().getFirst().prefix()).isEmpty();
    assertThat(plan.routes().getFirst().remove()).containsExactly("cookie");
    assertThat(plan.routes().getLast().credential())
        .isEqualTo(new Wanted.AccessToken("https://ledger.example.org", Set.of(), null));
  }

  @Test
  void mistakesAreNamedWithTheirPlace() {
    wrong("to: {sds: {socket: 'unix:///a.sock'}}", "it needs a credential");
    wrong("credential: token, to: {sds: {socket: 'unix:///a.sock'}}", "it is no x509Svid");
    wrong(
        "to: {extAuthz: {socket: 'unix:///a.sock', routes: [{path: /a}]}}",
        "the route has no credential");
    wrong("to: {extAuthz: {socket: 'unix:///a.sock', routes: [{credential: id}]}}", "is no token");
    wrong(
        "credential: id, to: {sds: {socket: 'unix:///a.sock', extAuthz: {routes: [{path: /a}]}}}",
        "the route has no credential");
    wrong(
        "credential: absent, to: {sds: {socket: 'unix:///a.sock'}}",
        "there is no credential \"absent\"");
    wrong("credential: id, to: {sds: {socket: 'unix:///a.sock', allow: []}}", "allow");
    wrong("credential: id, to: {sds: {socket: 'unix:///a.sock', allow: {uids: [-1]}}}", "uids");
    wrong("credential: id, to: {sds: {socket: a.sock}}", "socket");
    wrong("credential: id, to: {sds: {socket: 'unix://a.sock'}}", "unix:///path");
    wrong("credential: id, to: {sds: {socket: 'unix:///" + "a".repeat(107) + "'}}", "107");
  }

  private void wrong(String socket, String message) {
    assertThatThrownBy(() -> plan(socket))
        .isInstanceOf(DocumentErrors.class)
        .satisfies(
            failure ->
                assertThat(((DocumentErrors) failure).problems().toString()).contains(message));
  }

  private SocketPlan only(String socket) throws Exception {
    List<?> deliveries = plan(socket).deliveries();
    assertThat(deliveries).hasSize(1);
    return (SocketPlan) deliveries.getFirst();
  }

  private Plan plan(String socket) throws IOException, DocumentErrors {
    Path file = folder.resolve("sidecar.yaml");
    Files.writeString(
        file,
        """
        apiVersion: mintmark.io/v1
        kind: Sidecar
        metadata: {name: orders}
        spec:
          broker: {url: "https://broker.example.org", trust: {system: true}}
          evidence: [{kind: kubernetes, file: token}]
          credentials:
            - {name: id, x509Svid: {}}
            - {name: token, accessToken: {resource: "https://ledger.example.org"}}
          deliver:
            - {name: socket, %s}
        """
            .formatted(socket.strip().replace("\n", "\n      ")));
    return Plan.load(
        file,
        spec -> spec.at("deliver").entries().stream().map(SocketsSectionTest::compile).toList());
  }

  private static DeliveryPlan compile(Section entry) {
    Section to = entry.at("to");
    if (to.has("workloadApi")) {
      return SocketsSection.workloadApi(entry, to.at("workloadApi"));
    }
    return to.has("sds")
        ? SocketsSection.sds(entry, to.at("sds"))
        : SocketsSection.extAuthz(entry, to.at("extAuthz"));
  }
}
