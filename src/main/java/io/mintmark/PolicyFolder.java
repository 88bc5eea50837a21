package io.mintmark;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.DocumentSource;
import io.mintmark.documents.FolderSource;
import io.mintmark.documents.FolderWatcher;
import io.mintmark.documents.Position;
import io.mintmark.documents.Problem;
import io.mintmark.evidence.trust.TrustAttestor;
import io.mintmark.evidence.trust.TrustCompilation;
import io.mintmark.evidence.trust.TrustCompiler;
import io.mintmark.evidence.trust.TrustContext;
import io.mintmark.evidence.trust.TrustStatus;
import io.mintmark.exchange.World;
import io.mintmark.exchange.Worlds;
import io.mintmark.policy.Compilation;
import io.mintmark.policy.Policy;
import io.mintmark.policy.PolicyContext;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Keeps the world in force equal to the policy folder: a change is compiled whole and swapped at
 * once, a broken one leaves what was in force.
 */
final class PolicyFolder implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PolicyFolder.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Path folder;
  private final TrustContext trust;
  private final PolicyContext context;
  private final Changes changes;
  private final Worlds worlds;
  private final FolderWatcher watcher;
  private volatile TrustAttestor attestor;
  private volatile PolicyState state;

  /**
   * Port: who has a part in changes of the policy. A policy is not put in force where {@code
   * starts} or {@code comes} throws {@link UncheckedIOException}.
   */
  interface Changes {
    /** The first policy is about to be in force. */
    void starts(Policy first);

    /** Another policy is about to be in force. */
    void comes(Policy next);

    /** The folder has other problems than before, and the policy of this version stays. */
    void stays(String version, List<Problem> problems);
  }

  /**
   * @throws DocumentErrors where the documents cannot be used: there is no last good one at a start
   */
  PolicyFolder(
      FolderSource folder,
      DocumentSource source,
      TrustContext trust,
      PolicyContext context,
      Changes changes)
      throws DocumentErrors {
    this.folder = folder.folder();
    this.trust = trust;
    this.context = context;
    this.changes = changes;
    DocumentSet documents = source.load();
    Compiled first = compile(documents);
    this.attestor = first.attestor();
    this.state = first.state(trust.clock().instant());
    changes.starts(first.policy());
    trust.sources().keepOnly(first.attestor());
    this.worlds = new Worlds(new World(first.attestor(), first.policy()));
    logWarnings(first.warnings());
    this.watcher = FolderWatcher.start(folder, source, documents.digest(), INTERVAL, this::loaded);
  }

  Worlds worlds() {
    return worlds;
  }

  PolicyState state() {
    return state;
  }

  Map<TrustDomain, Bundle> bundles(Instant now) {
    return attestor.bundles(now);
  }

  TrustStatus trust(Instant now) {
    return attestor.status(now);
  }

  @Override
  public void close() {
    watcher.close();
  }

  /** Whether the documents are in force now; where they are not, they are offered again. */
  private boolean loaded(FolderWatcher.Load load) {
    return switch (load) {
      case FolderWatcher.Load.Broken broken -> broken(broken.problems());
      case FolderWatcher.Load.Loaded loaded -> {
        try {
          Compiled next = compile(loaded.documents());
          changes.comes(next.policy());
          worlds.swap(new World(next.attestor(), next.policy()));
          attestor = next.attestor();
          trust.sources().keepOnly(next.attestor());
          state = next.state(trust.clock().instant());
          logWarnings(next.warnings());
          LOG.infof("policy %s is in force", next.policy().version());
          yield true;
        } catch (DocumentErrors errors) {
          yield refused(errors.problems());
        } catch (UncheckedIOException failed) {
          yield refused(List.of(unusable(String.valueOf(failed.getMessage()))));
        } catch (RuntimeException unexpected) {
          LOG.error("the policy folder changed and could not be compiled", unexpected);
          yield refused(List.of(unusable(unexpected.getClass().getSimpleName())));
        }
      }
    };
  }

  /** A problem that no document has: whoever looks must still see that a policy waits. */
  private Problem unusable(String why) {
    return new Problem(
        Problem.Severity.ERROR,
        new Position(folder.toString(), 1, 1),
        "the documents are good and cannot be put in force: " + why);
  }

  /** What was opened for documents that are not in force must not fetch. */
  private boolean refused(List<Problem> problems) {
    trust.sources().dropDrafts();
    return broken(problems);
  }

  private boolean broken(List<Problem> problems) {
    if (!problems.equals(state.errors())) {
      state = state.broken(problems);
      LOG.errorf("policy %s stays in force; the folder has errors:", state.version());
      problems.forEach(problem -> LOG.error(problem));
      changes.stays(state.version(), problems);
    }
    return false;
  }

  private static void logWarnings(List<Problem> warnings) {
    warnings.forEach(warning -> LOG.warn(warning));
  }

  private Compiled compile(DocumentSet documents) throws DocumentErrors {
    List<Problem> errors = new ArrayList<>();
    List<Problem> warnings = new ArrayList<>();
    Policy policy = null;
    switch (Policy.compile(documents, context)) {
      case Compilation.Compiled compiled -> {
        policy = compiled.policy();
        warnings.addAll(compiled.warnings());
      }
      case Compilation.Rejected rejected -> errors.addAll(rejected.problems());
    }
    if (policy == null || !errors.isEmpty()) {
      throw new DocumentErrors(errors);
    }
    return switch (TrustCompiler.compile(documents, trust)) {
      case TrustCompilation.Compiled compiled -> {
        warnings.addAll(compiled.warnings());
        yield new Compiled(compiled.attestor(), policy, warnings);
      }
      case TrustCompilation.Broken broken -> throw new DocumentErrors(broken.problems());
    };
  }

  private record Compiled(TrustAttestor attestor, Policy policy, List<Problem> warnings) {
    PolicyState state(Instant now) {
      return new PolicyState(policy.version(), now, warnings, List.of());
    }
  }
}
