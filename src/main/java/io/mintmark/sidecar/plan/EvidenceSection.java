package io.mintmark.sidecar.plan;

import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.WorkloadId;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles {@code spec.evidence}. */
final class EvidenceSection {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** What names a source, each with the kinds of proof that it has. */
  private static final Map<String, Set<String>> SOURCES =
      Map.of(
          "file", Set.of("jwt-svid", "kubernetes", "github", "gitlab", "oidc"),
          "command", Set.of("jwt-svid", "kubernetes", "github", "gitlab", "oidc"),
          "certificate", Set.of("x509-svid"),
          "workloadApi", Set.of("jwt-svid", "x509-svid"),
          "variable", Set.of("gitlab"));

  /** What goes with a source only. */
  private static final Map<String, String> COMPANIONS =
      Map.of("key", "certificate", "id", "workloadApi", "timeout", "command");

  private EvidenceSection() {}

  static List<ProofPlan> compile(Section evidence) {
    List<ProofPlan> plans = new ArrayList<>();
    for (Section entry : evidence.entries()) {
      check(entry);
      plans.add(proof(entry));
    }
    return plans;
  }

  private static void check(Section entry) {
    String kind = entry.text("kind");
    List<String> sources = SOURCES.keySet().stream().sorted().filter(entry::has).toList();
    if (sources.size() > 1 || (sources.isEmpty() && !kind.equals("github"))) {
      entry.error(
          "", "evidence has exactly one of certificate, command, file, variable and workloadApi");
    }
    for (String source : sources) {
      if (!SOURCES.getOrDefault(source, Set.of()).contains(kind)) {
        entry.error(source, "there is no " + kind + " by \"" + source + "\"");
      }
    }
    if (entry.has("certificate") && !entry.has("key")) {
      entry.error("", "a certificate needs its \"key\"");
    }
    COMPANIONS.forEach(
        (companion, source) -> {
          if (entry.has(companion) && !entry.has(source)) {
            entry.error(companion, "\"" + companion + "\" goes with \"" + source + "\" only");
          }
        });
  }

  private static ProofPlan proof(Section entry) {
    if (entry.has("file")) {
      return new ProofPlan.TokenFile(entry.path("file"), kind(entry));
    }
    if (entry.has("certificate")) {
      return new ProofPlan.CertificateFiles(entry.path("certificate"), entry.path("key"));
    }
    if (entry.has("workloadApi")) {
      return workloadApi(entry);
    }
    if (entry.has("variable")) {
      return new ProofPlan.GitlabJob(entry.text("variable"));
    }
    return entry.has("command")
        ? new ProofPlan.Command(
            entry.texts("command"), kind(entry), entry.duration("timeout", TIMEOUT))
        : new ProofPlan.GithubJob();
  }

  private static ProofPlan workloadApi(Section entry) {
    Path socket = Path.of("/");
    try {
      URI uri = new URI(entry.text("workloadApi"));
      if (uri.getRawAuthority() == null && uri.getRawQuery() == null && uri.getPath() != null) {
        socket = Path.of(uri.getPath());
      } else {
        entry.error("workloadApi", "it does not have the form unix:///path");
      }
    } catch (URISyntaxException malformed) {
      entry.error("workloadApi", "it does not have the form unix:///path");
    }
    return new ProofPlan.WorkloadApi(
        socket, entry.text("kind").equals("x509-svid"), id(entry, entry.optional("id")));
  }

  private static @Nullable WorkloadId id(Section entry, @Nullable String id) {
    try {
      return id == null ? null : WorkloadId.parse(id);
    } catch (MalformedWorkloadId malformed) {
      entry.error("id", String.valueOf(malformed.getMessage()));
      return null;
    }
  }

  private static ProofPlan.TokenKind kind(Section entry) {
    return switch (entry.text("kind")) {
      case "jwt-svid" -> ProofPlan.TokenKind.JWT_SVID;
      case "kubernetes" -> ProofPlan.TokenKind.KUBERNETES;
      case "github" -> ProofPlan.TokenKind.GITHUB;
      case "gitlab" -> ProofPlan.TokenKind.GITLAB;
      default -> ProofPlan.TokenKind.OIDC;
    };
  }
}
