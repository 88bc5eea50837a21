package io.mintmark.sidecar.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.sidecar.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketsSectionTest {
  @TempDir Path folder;

  @Test
  void absentCallersAreTheOwnUserAndAnEmptyListIsNobody() throws Exception {
    assertThat(only("{path: a.sock, sds: {credential: id}}").callers()).isNull();
    Plan plan = plan("{path: a.sock, allow: [], sds: {credential: id}}");
    assertThat(((SocketPlan) plan.deliveries().getFirst()).callers())
        .isEqualTo(new Callers(Set.of(), Set.of()));
    assertThat(plan.warnings().toString()).contains("nobody is served");
  }

  @Test
  void aUserOfAnyOtherNamespaceIsWarnedOf() throws Exception {
    assertThat(
            plan("{path: a.sock, allow: [{uid: 65534}], sds: {credential: id}}")
                .warnings()
                .toString())
        .contains("another user namespace");
  }

  @Test
  void everythingOfASocketIsRead() throws Exception {
    SocketPlan plan =
        only(
            """
            {path: a.sock, mode: "0660", allow: [{uid: 1000}, {gid: 2000}],
              limits: {connections: 9, connectionsPerUser: 3},
              workloadApi: {credential: id, hint: internal}, sds: {credential: id},
              extAuthz: {routes: [{hosts: [A.example.org], path: /v1, methods: [GET],
                credential: token, header: X-Token, remove: [Cookie]}]}}
            """);
    assertThat(plan.path()).isEqualTo(folder.resolve("a.sock"));
    assertThat(plan.mode()).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
    assertThat(plan.callers()).isEqualTo(new Callers(Set.of(1000L), Set.of(2000L)));
    assertThat(plan.limits()).isEqualTo(new ConnectionLimits(9, 3));
    assertThat(plan.routes())
        .singleElement()
        .matches(route -> route.hosts().contains("a.example.org"));
    assertThat(plan.routes().getFirst().header()).isEqualTo("x-token");
    assertThat(plan.routes().getFirst().prefix()).isEmpty();
    assertThat(plan.routes().getFirst().remove()).containsExactly("cookie");
  }

  @Test
  void mistakesAreNamedWithTheirPlace() {
    wrong("{path: a.sock}", "nothing is served");
    wrong("{path: a.sock, sds: {credential: token}}", "\"token\" is no x509Svid");
    wrong("{path: a.sock, extAuthz: {routes: [{credential: id}]}}", "\"id\" is no token");
    wrong("{path: a.sock, sds: {credential: absent}}", "there is no credential \"absent\"");
    wrong("{path: a.sock, allow: [{}], sds: {credential: id}}", "allow");
    wrong("{path: a.sock, allow: [{uid: -1}], sds: {credential: id}}", "uid");
    wrong(
        "{path: a.sock, sds: {credential: id}}\n    - {path: ./a.sock, sds: {credential: id}}",
        "there is another socket");
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
          broker: {addresses: ["https://broker.example.org"], trust: {system: true}}
          evidence: [{file: {path: token, kind: kubernetes}}]
          credentials:
            - {name: id, x509Svid: {}}
            - {name: token, accessToken: {resource: "https://ledger.example.org"}}
          sockets:
            - %s
        """
            .formatted(
                socket.strip().replace("\n", "\n      ").replace("\n          - {", "\n    - {")));
    return Plan.load(file, spec -> List.copyOf(SocketsSection.compile(spec.at("sockets"))));
  }
}
