package io.mintmark.sidecar.proof;

import io.mintmark.sidecar.plan.ProofPlan;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/** Opens the sources of proof that a configuration names. */
public final class ProofSources {
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private ProofSources() {}

  /** In their order; each is to be closed. */
  public static List<ProofSource> open(
      List<ProofPlan> plans, EventLoopGroup network, Executor workers) {
    return plans.stream().map(plan -> open(plan, network, workers)).toList();
  }

  /**
   * The environment variables that hold evidence: who has them can become whatever the workload
   * may, so no program that is started needs them. GitHub's are among them wherever they are set.
   */
  public static Set<String> variables(List<ProofPlan> plans) {
    Set<String> names = new HashSet<>(Set.of(GithubJob.URL, GithubJob.TOKEN));
    for (ProofPlan plan : plans) {
      switch (plan) {
        case ProofPlan.GitlabJob(String variable) -> names.add(variable);
        case ProofPlan.TokenFile _,
            ProofPlan.CertificateFiles _,
            ProofPlan.WorkloadApi _,
            ProofPlan.GithubJob _,
            ProofPlan.Command _ -> {}
      }
    }
    return names;
  }

  private static ProofSource open(ProofPlan plan, EventLoopGroup network, Executor workers) {
    return switch (plan) {
      case ProofPlan.TokenFile file -> new TokenFile(file.path(), file.kind());
      case ProofPlan.CertificateFiles files ->
          new CertificateFiles(files.certificate(), files.key());
      case ProofPlan.WorkloadApi api -> new WorkloadApiSvid(api, network, workers, ANSWER);
      case ProofPlan.GithubJob _ -> new GithubJob(System::getenv, false, ANSWER);
      case ProofPlan.GitlabJob job -> new GitlabJob(job.variable(), System::getenv);
      case ProofPlan.Command command -> new CommandOutput(command);
    };
  }
}
