package io.mintmark.sidecar.proof;

import io.mintmark.sidecar.plan.ProofPlan;
import java.util.function.UnaryOperator;

/** The ID token that GitLab CI puts into a variable of the job. */
final class GitlabJob implements ProofSource {
  private final String variable;
  private final UnaryOperator<String> environment;

  /**
   * @param environment gives a variable's value, null where it is not set
   */
  GitlabJob(String variable, UnaryOperator<String> environment) {
    this.variable = variable;
    this.environment = environment;
  }

  @Override
  public String name() {
    return "GitLab job's variable \"" + variable + "\"";
  }

  @Override
  public Proof proof(String audience) throws ProofUnavailable {
    String token = environment.apply(variable);
    if (token == null) {
      throw new ProofUnavailable("it is not set: name it under id_tokens of the job");
    }
    return Tokens.proof(ProofPlan.TokenKind.GITLAB, token);
  }
}
