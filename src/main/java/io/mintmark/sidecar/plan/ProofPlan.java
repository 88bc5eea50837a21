package io.mintmark.sidecar.plan;

import io.mintmark.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A source of proof. */
public sealed interface ProofPlan {
  /** What kind of token a source gives. */
  enum TokenKind {
    JWT_SVID,
    KUBERNETES,
    GITHUB,
    GITLAB,
    OIDC
  }

  /** A token in a file. */
  record TokenFile(Path path, TokenKind kind) implements ProofPlan {}

  /** An X.509-SVID and its key in PEM files. */
  record CertificateFiles(Path certificate, Path key) implements ProofPlan {}

  /**
   * A SPIFFE Workload API.
   *
   * @param socket its path
   * @param x509 an X.509-SVID rather than a JWT-SVID
   * @param id which SVID; null for the first
   */
  record WorkloadApi(Path socket, boolean x509, @Nullable WorkloadId id) implements ProofPlan {}

  /** The environment of a GitHub Actions job. */
  record GithubJob() implements ProofPlan {}

  /** A variable of a GitLab CI job. */
  record GitlabJob(String variable) implements ProofPlan {}

  /** What a command prints. */
  record Command(List<String> run, TokenKind kind, Duration timeout) implements ProofPlan {
    public Command {
      run = List.copyOf(run);
    }
  }
}
