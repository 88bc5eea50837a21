package io.mintmark;

import io.mintmark.documents.Document;
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
import io.mintmark.kubernetes.policy.ClusterDocuments;
import io.mintmark.kubernetes.policy.ClusterView;
import io.mintmark.kubernetes.policy.Union;
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
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the world in force equal to the policy folder, and to the documents of the cluster where
 * there is one: a change is compiled whole and swapped at once, a broken one leaves what was in
 * force.
 */
final class PolicyFolder implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PolicyFolder.class);
  private static final int MAX_LOGGED = 20;
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Path folder;
  private final TrustContext trust;
  private final PolicyContext context;
  private final Changes changes;
  private final ClusterDocuments cluster;
  private final Worlds worlds;
  private final FolderWatcher watcher;
  private volatile TrustAttestor attestor;
  private volatile PolicyState state;
  private @Nullable Policy earlier;

  // what is in force, and what of the folder is not; changed by one thread at a time
  private volatile DocumentSet files;
  private ClusterView view;
  private Map<String, Document> guardrails;
  private List<Problem> broken = List.of();

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
      Changes changes,
      ClusterDocuments cluster,
      ClusterView view)
      throws DocumentErrors {
    this.folder = folder.folder();
    this.trust = trust;
    this.context = context;
    this.changes = changes;
    this.cluster = cluster;
    this.files = source.load();
    this.view = view;
    Union<Compiled> union = union(files, view, Map.of());
    this.guardrails = union.guardrails();
    Compiled first = union.compiled();
    this.attestor = first.attestor();
    this.state = state(union, trust.clock().instant(), List.of());
    changes.starts(first.policy());
    this.earlier = first.policy();
    trust.sources().keepOnly(first.attestor());
    this.worlds = new Worlds(new World(first.attestor(), first.policy()));
    logNew(List.of(), state.warnings());
    cluster.inForce(view, union, state.version());
    this.watcher = FolderWatcher.start(folder, source, files.digest(), INTERVAL, this::loaded);
    cluster.follow(view, this::told);
  }

  Worlds worlds() {
    return worlds;
  }

  /** The documents of the folder that are in force. */
  DocumentSet files() {
    return files;
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
  private synchronized boolean loaded(FolderWatcher.Load load) {
    return switch (load) {
      case FolderWatcher.Load.Broken(List<Problem> problems) -> stays(problems);
      case FolderWatcher.Load.Loaded(DocumentSet documents) -> {
        List<Problem> problems = swapped(documents, view, List.of());
        yield problems.isEmpty() || stays(problems);
      }
    };
  }

  /** The same for the cluster's documents, beside the last good ones of the folder. */
  private synchronized boolean told(ClusterView next) {
    List<Problem> problems = swapped(files, next, broken);
    if (problems.isEmpty()) {
      return true;
    }
    LOG.errorf("policy %s stays in force; the cluster's documents wait:", state.version());
    problems.forEach(problem -> LOG.error(problem));
    cluster.waits(next);
    return false;
  }

  /** Puts documents in force; or says why not, and then nothing has changed. */
  private List<Problem> swapped(
      DocumentSet documents, ClusterView resources, List<Problem> stillBroken) {
    List<Problem> problems;
    @Nullable Union<Compiled> union;
    long began = System.nanoTime();
    try {
      union = union(documents, resources, guardrails);
      Compiled next = union.compiled();
      boolean same = next.policy().version().equals(state.version());
      if (!same) {
        changes.comes(next.policy());
        worlds.swap(new World(next.attestor(), next.policy()));
        attestor = next.attestor();
        trust.sources().keepOnly(next.attestor());
        logNew(state.warnings(), next.warnings());
        LOG.infof(
            "policy %s is in force after %d ms",
            next.policy().version(), (System.nanoTime() - began) / 1_000_000);
      } else {
        trust.sources().dropDrafts();
      }
      earlier = next.policy();
      files = documents;
      view = resources;
      guardrails = union.guardrails();
      broken = stillBroken;
      Instant since = same ? state.since() : trust.clock().instant();
      state = state(union, since, stillBroken);
      problems = List.of();
    } catch (DocumentErrors errors) {
      union = null;
      problems = errors.problems();
    } catch (UncheckedIOException failed) {
      union = null;
      problems = List.of(unusable(String.valueOf(failed.getMessage())));
    } catch (RuntimeException | Error unexpected) {
      LOG.error("the policy changed and could not be put in force", unexpected);
      union = null;
      problems = List.of(unusable(unexpected.getClass().getSimpleName()));
    }
    if (union == null) {
      // what was opened for documents that are not in force must not fetch
      trust.sources().dropDrafts();
    } else {
      tell(resources, union);
    }
    return problems;
  }

  /** What is in force is so whether the cluster can be told of it or not. */
  private void tell(ClusterView resources, Union<Compiled> union) {
    try {
      cluster.inForce(resources, union, state.version());
    } catch (RuntimeException bug) {
      LOG.error("the cluster could not be told what is in force", bug);
    }
  }

  private Union<Compiled> union(
      DocumentSet documents, ClusterView resources, Map<String, Document> lastGood)
      throws DocumentErrors {
    PolicyContext whole = context.ofCluster(resources.issuer());
    return Union.of(
        documents,
        resources,
        lastGood,
        all -> {
          Compiled compiled = compile(all, whole);
          return new Union.Compiled<>(compiled, compiled.warnings());
        });
  }

  private static PolicyState state(Union<Compiled> union, Instant since, List<Problem> errors) {
    List<Problem> warnings = new ArrayList<>(union.compiled().warnings());
    warnings.addAll(union.said());
    String version = union.compiled().policy().version();
    return new PolicyState(version, since, warnings, errors);
  }

  /** A problem that no document has: whoever looks must still see that a policy waits. */
  private Problem unusable(String why) {
    return new Problem(
        Problem.Severity.ERROR,
        new Position(folder.toString(), 1, 1),
        "the documents are good and cannot be put in force: " + why);
  }

  private boolean stays(List<Problem> problems) {
    broken = problems;
    if (!problems.equals(state.errors())) {
      state = state.broken(problems);
      LOG.errorf("policy %s stays in force; the folder has errors:", state.version());
      problems.forEach(problem -> LOG.error(problem));
      changes.stays(state.version(), problems);
    }
    return false;
  }

  private static void logNew(List<Problem> before, List<Problem> now) {
    List<Problem> added = added(before, now);
    added.stream().limit(MAX_LOGGED).forEach(warning -> LOG.warn(warning));
    if (added.size() > MAX_LOGGED) {
      LOG.warnf("and %d warnings more", added.size() - MAX_LOGGED);
    }
  }

  /** The warnings that were not there before, the folder's first; others may be anybody's. */
  static List<Problem> added(List<Problem> before, List<Problem> now) {
    Set<Problem> known = new HashSet<>(before);
    return now.stream()
        .filter(warning -> !known.contains(warning))
        .sorted(Comparator.comparing(warning -> warning.position().isInObject()))
        .toList();
  }

  private Compiled compile(DocumentSet documents, PolicyContext context) throws DocumentErrors {
    List<Problem> errors = new ArrayList<>();
    List<Problem> warnings = new ArrayList<>();
    Policy policy = null;
    switch (Policy.compile(documents, context, earlier)) {
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

  private record Compiled(TrustAttestor attestor, Policy policy, List<Problem> warnings) {}
}
