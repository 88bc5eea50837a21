package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.documents.FolderSource;
import io.mintmark.documents.Position;
import io.mintmark.documents.Problem;
import io.mintmark.evidence.BundleOrigin;
import io.mintmark.evidence.JwksOrigin;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.KeySources;
import io.mintmark.evidence.NoKeys;
import io.mintmark.evidence.oidc.Oidc;
import io.mintmark.evidence.trust.TrustContext;
import io.mintmark.evidence.trust.TrustSources;
import io.mintmark.jose.JwkSet;
import io.mintmark.kubernetes.policy.ClusterDocuments;
import io.mintmark.kubernetes.policy.ClusterView;
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
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which key sources are alive while policies come, are refused and go. */
class PolicyFolderTest {
  private static final TrustDomain OWN = new TrustDomain("broker.example.org");
  private static final String ISSUER = "https://broker.example.org";
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir private Path folder;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final TrustSources sources = new TrustSources(new Told());
  private final AtomicBoolean tried = new AtomicBoolean();
  private volatile boolean full;

  @BeforeEach
  void oneIssuer() throws IOException {
    write(issuer("a"));
  }

  @Test
  void aSourceOfAPolicyThatCannotBePutInForceIsStoppedAndOneInForceIsNot() throws Exception {
    try (PolicyFolder policy = open()) {
      assertThat(next()).isEqualTo("open https://a.example.org");
      full = true;
      write(issuer("a") + "---\n" + issuer("b"));
      assertThat(next()).isEqualTo("open https://b.example.org");
      assertThat(next()).isEqualTo("close https://b.example.org");
      full = false;
      assertThat(next()).as("offered again").isEqualTo("open https://b.example.org");
      assertThat(policy.trust(NOW).issuers()).isNotEmpty();
    }
  }

  @Test
  void aSourceBesideOneThatItsFactoryObjectsToIsStopped() throws Exception {
    try (PolicyFolder policy = open()) {
      assertThat(next()).isEqualTo("open https://a.example.org");
      write(issuer("a") + "---\n" + issuer("b") + "---\n" + issuer("objectionable"));
      assertThat(next()).isEqualTo("open https://b.example.org");
      assertThat(next()).isEqualTo("close https://b.example.org");
      assertThat(policy.trust(NOW).issuers()).hasSize(1);
    }
  }

  /** Or no policy would ever change again, and nothing would tell. */
  @Test
  void aSourceThatFindsNoThreadIsOfferedAgain() throws Exception {
    try (PolicyFolder policy = open()) {
      assertThat(next()).isEqualTo("open https://a.example.org");
      write(issuer("a") + "---\n" + issuer("b") + "---\n" + issuer("threadless"));
      assertThat(next()).isEqualTo("open https://b.example.org");
      assertThat(next()).isEqualTo("close https://b.example.org");
      assertThat(next()).isEqualTo("open https://b.example.org");
      assertThat(next()).isEqualTo("open https://threadless.example.org");
      assertThat(policy.trust(NOW).issuers()).isNotEmpty();
    }
  }

  @Test
  void aSourceOfARemovedIssuerIsStopped() throws Exception {
    try (PolicyFolder policy = open()) {
      assertThat(next()).isEqualTo("open https://a.example.org");
      write(issuer("b"));
      assertThat(next()).isEqualTo("open https://b.example.org");
      assertThat(next()).isEqualTo("close https://a.example.org");
      assertThat(policy.trust(NOW).issuers()).hasSize(1);
    }
  }

  @Test
  void aWarningIsLoggedWhenItIsNewAndTheFoldersFirst() {
    Problem theirs = warning("Grant evil/a spec", 0);
    Problem newer = warning("Grant evil/b spec", 0);
    Problem files = warning("trust.yaml", 7);
    assertThat(PolicyFolder.added(List.of(theirs), List.of(theirs, newer, files)))
        .containsExactly(files, newer);
    assertThat(PolicyFolder.added(List.of(theirs, files), List.of(files, theirs))).isEmpty();
  }

  private static Problem warning(String file, int line) {
    return new Problem(Problem.Severity.WARNING, new Position(file, line, 1), "looks wrong");
  }

  private PolicyFolder open() throws Exception {
    FolderSource source = new FolderSource(folder);
    Bundle own = new Bundle(OWN, List.of(), List.of(), null, null);
    return new PolicyFolder(
        source,
        source,
        new TrustContext(
            OWN,
            ISSUER,
            () -> own,
            sources,
            new MemoryReplayGuard(10, NOW),
            () -> NOW,
            List.of(new Oidc())),
        new PolicyContext(OWN, ISSUER),
        new Disk(),
        ClusterDocuments.NONE,
        ClusterView.NONE);
  }

  private final class Disk implements PolicyFolder.Changes {
    @Override
    public void starts(Policy first) {
      comes(first);
    }

    @Override
    public void comes(Policy next) {
      if (full) {
        throw new UncheckedIOException(new IOException("no space left on device"));
      }
    }

    @Override
    public void stays(String version, List<Problem> problems) {}
  }

  private void write(String documents) throws IOException {
    Path unfinished = Files.writeString(folder.resolve(".unfinished"), documents);
    Files.move(unfinished, folder.resolve("trust.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String issuer(String name) {
    return """
    apiVersion: mintmark.io/v1
    kind: Issuer
    metadata: {name: %s}
    spec:
      type: oidc
      issuer: https://%s.example.org
      identity: spiffe://example.org/%s/{claim:sub}
    """
        .formatted(name, name, name);
  }

  private String next() throws InterruptedException {
    return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
  }

  /** Sources without keys that tell when they are opened and closed. */
  private final class Told implements KeySources {
    @Override
    public KeySource<Bundle> bundles(BundleOrigin origin) {
      return new Source<>(origin.trustDomain().name());
    }

    @Override
    public KeySource<JwkSet> keys(JwksOrigin origin) {
      if (origin.issuer().contains("objectionable")) {
        throw new IllegalArgumentException("no such thing");
      }
      if (origin.issuer().contains("threadless") && !tried.getAndSet(true)) {
        throw new OutOfMemoryError("unable to create native thread");
      }
      return new Source<>(origin.issuer());
    }
  }

  private final class Source<T> extends NoKeys<T> {
    private final String name;

    Source(String name) {
      this.name = name;
      heard.add("open " + name);
    }

    @Override
    public void close() {
      heard.add("close " + name);
    }
  }
}
