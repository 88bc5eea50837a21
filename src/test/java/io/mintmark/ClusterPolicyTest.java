package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.mintmark.documents.FolderSource;
import io.mintmark.documents.Problem;
import io.mintmark.evidence.BundleOrigin;
import io.mintmark.evidence.JwksOrigin;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.KeySources;
import io.mintmark.evidence.oidc.Oidc;
import io.mintmark.evidence.trust.TrustContext;
import io.mintmark.evidence.trust.TrustSources;
import io.mintmark.exchange.World;
import io.mintmark.jose.JwkSet;
import io.mintmark.kubernetes.policy.ClusterDocuments;
import io.mintmark.kubernetes.policy.ClusterView;
import io.mintmark.kubernetes.policy.CustomKind;
import io.mintmark.kubernetes.policy.CustomResource;
import io.mintmark.kubernetes.policy.Union;
import io.mintmark.policy.Policy;
import io.mintmark.policy.PolicyContext;
import io.mintmark.spiffe.Bundle;
import io.mintmark.storage.memory.MemoryReplayGuard;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder and the cluster's documents as one policy, whichever of them changes or breaks. */
final class ClusterPolicyTest {
  private static final TrustDomain OWN = new TrustDomain("broker.example.org");
  private static final String ISSUER = "https://broker.example.org";
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String GOOD =
      """
      apiVersion: mintmark.io/v1
      kind: Resource
      metadata: {name: vault}
      spec: {owner: a@b, audience: "https://vault.example.org", scopes: [%s]}
      """;

  @TempDir private Path folder;
  private final Told cluster = new Told();
  private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
  private volatile boolean full;

  @BeforeEach
  void aGoodFolder() throws IOException {
    write(GOOD.formatted("read"));
  }

  @Test
  void aChangeInTheClusterIsInForceBesideTheFolder() throws Exception {
    try (PolicyFolder policy = open(view())) {
      World first = policy.worlds().current();
      assertThat(cluster.tell(view("a-r"))).isTrue();
      assertThat(policy.worlds().current()).isNotSameAs(first);
      assertThat(cluster.leftOut).isEmpty();
      assertThat(policy.state().errors()).isEmpty();
    }
  }

  @Test
  void aBrokenFolderKeepsNoNamespaceFromItsChangesAndStaysBroken() throws Exception {
    try (PolicyFolder policy = open(view("a-r"))) {
      write("kind: Nothing");
      assertThat(changes.poll(20, TimeUnit.SECONDS)).startsWith("stays");
      String before = policy.state().version();
      assertThat(cluster.tell(view("a-r", "b-s"))).isTrue();
      assertThat(policy.state().version()).isNotEqualTo(before);
      assertThat(policy.state().errors()).isNotEmpty();

      write(GOOD.formatted("read, write"));
      assertThat(changes.poll(20, TimeUnit.SECONDS)).startsWith("comes");
      assertThat(changes.poll(20, TimeUnit.SECONDS)).startsWith("comes");
      assertThat(cluster.told.poll(20, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void aPolicyThatCannotBePutOnRecordIsNotInForceAndItsResourcesWait() throws Exception {
    try (PolicyFolder policy = open(view())) {
      World first = policy.worlds().current();
      full = true;
      assertThat(cluster.tell(view("a-r"))).isFalse();
      assertThat(policy.worlds().current()).isSameAs(first);
      assertThat(cluster.waiting).hasSize(1);
      full = false;
      assertThat(cluster.tell(view("a-r"))).isTrue();
      assertThat(policy.worlds().current()).isNotSameAs(first);
    }
  }

  @Test
  void whatChangesNothingOfThePolicyIsNoChange() throws Exception {
    try (PolicyFolder policy = open(view("a-r"))) {
      World first = policy.worlds().current();
      CustomResource broken =
          new CustomResource(
              CustomKind.RESOURCE, "b", "broken", "u", 1, "2026-11-22T11:00:00Z", spec("{}"));
      List<CustomResource> all = new ArrayList<>(view("a-r").resources());
      all.add(broken);
      assertThat(cluster.tell(new ClusterView(all, null))).isTrue();
      assertThat(policy.worlds().current()).isSameAs(first);
      assertThat(cluster.leftOut).containsExactly("Resource b/broken");
      assertThat(changes).isEmpty();
    }
  }

  private PolicyFolder open(ClusterView view) throws Exception {
    FolderSource source = new FolderSource(folder);
    Bundle own = new Bundle(OWN, List.of(), List.of(), null, null);
    return new PolicyFolder(
        source,
        source,
        new TrustContext(
            OWN,
            ISSUER,
            () -> own,
            new TrustSources(new None()),
            new MemoryReplayGuard(10, NOW),
            () -> NOW,
            List.of(new Oidc())),
        new PolicyContext(OWN, ISSUER),
        new Recorded(),
        cluster,
        view);
  }

  private static ClusterView view(String... resources) {
    List<CustomResource> all = new ArrayList<>();
    for (String where : resources) {
      all.add(
          new CustomResource(
              CustomKind.GUARDRAIL,
              null,
              where,
              "uid-" + where,
              1,
              "2026-11-22T10:00:00Z",
              spec("{owner: a@b, deny: 'false', message: stop}")));
    }
    return new ClusterView(all, null);
  }

  private static com.fasterxml.jackson.databind.JsonNode spec(String yaml) {
    try {
      return new ObjectMapper(new YAMLFactory()).readTree(yaml);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }

  private void write(String documents) throws IOException {
    Path unfinished = Files.writeString(folder.resolve(".unfinished"), documents);
    Files.move(unfinished, folder.resolve("policy.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** A cluster that tells what a test says, and keeps what it is told. */
  private static final class Told implements ClusterDocuments {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private volatile @Nullable Predicate<ClusterView> listener;
    private volatile List<String> leftOut = List.of();
    private volatile List<CustomResource> waiting = List.of();

    boolean tell(ClusterView view) {
      Predicate<ClusterView> following = listener;
      told.clear();
      return following != null && following.test(view);
    }

    @Override
    public void follow(ClusterView inForce, Predicate<ClusterView> listener) {
      this.listener = listener;
    }

    @Override
    public void inForce(ClusterView view, Union<?> union, String version) {
      leftOut = union.leftOut().keySet().stream().sorted().toList();
      told.add(version);
    }

    @Override
    public void waits(ClusterView view) {
      waiting = view.resources();
    }
  }

  private final class Recorded implements PolicyFolder.Changes {
    @Override
    public void starts(Policy first) {}

    @Override
    public void comes(Policy next) {
      if (full) {
        throw new UncheckedIOException(new IOException("no space left on device"));
      }
      changes.add("comes " + next.version());
    }

    @Override
    public void stays(String version, List<Problem> problems) {
      changes.add("stays " + version);
    }
  }

  /** Nobody has keys here. */
  private static final class None implements KeySources {
    @Override
    public KeySource<Bundle> bundles(BundleOrigin origin) {
      throw new IllegalArgumentException("no bundles here");
    }

    @Override
    public KeySource<JwkSet> keys(JwksOrigin origin) {
      throw new IllegalArgumentException("no keys here");
    }
  }
}
