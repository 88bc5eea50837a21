package io.mintmark.sidecar.proof;

import io.mintmark.sidecar.plan.ProofPlan;
import io.mintmark.sidecar.process.BoundedCommand;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What a command prints. It is run without a shell, and ended with all it started when late. */
final class CommandOutput implements ProofSource {
  private final ProofPlan.Command command;

  CommandOutput(ProofPlan.Command command) {
    this.command = command;
  }

  @Override
  public String name() {
    return "command \"" + command.run().getFirst() + "\"";
  }

  @Override
  public Proof proof(String audience) throws ProofUnavailable {
    BoundedCommand.Ended ended = ended(audience);
    if (ended.late()) {
      throw new ProofUnavailable(
          "it did not end within " + command.timeout().toSeconds() + " s and was ended");
    }
    if (ended.code() != 0) {
      throw new ProofUnavailable("it ended with exit code " + ended.code());
    }
    if (ended.output().length() > Tokens.MAX_BYTES) {
      throw new ProofUnavailable("it printed more than 64 KiB");
    }
    return Tokens.proof(command.kind(), ended.output());
  }

  private BoundedCommand.Ended ended(String audience) throws ProofUnavailable {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("MINTMARK_AUDIENCE", audience);
    try {
      return new BoundedCommand(
              command.run(), environment, command.timeout(), Tokens.MAX_BYTES + 1, false)
          .run();
    } catch (IOException absent) {
      throw new ProofUnavailable("it cannot be run");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new ProofUnavailable("the sidecar stops");
    }
  }
}
