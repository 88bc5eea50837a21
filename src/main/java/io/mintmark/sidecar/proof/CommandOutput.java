package io.mintmark.sidecar.proof;

import io.mintmark.sidecar.plan.ProofPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
    ProcessBuilder builder =
        new ProcessBuilder(command.run()).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("MINTMARK_AUDIENCE", audience);
    Process process;
    try {
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException absent) {
      throw new ProofUnavailable("it cannot be run");
    }
    try {
      return Tokens.proof(command.kind(), output(process));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private String output(Process process) throws ProofUnavailable {
    FutureTask<byte[]> reading =
        new FutureTask<>(
            () -> {
              try (InputStream out = process.getInputStream()) {
                return out.readNBytes(Tokens.MAX_BYTES + 1);
              }
            });
    Thread.ofVirtual().name("mintmark-command").start(reading);
    long end = System.nanoTime() + command.timeout().toNanos();
    try {
      byte[] printed = reading.get(command.timeout().toNanos(), TimeUnit.NANOSECONDS);
      if (printed.length > Tokens.MAX_BYTES) {
        throw new ProofUnavailable("it printed more than 64 KiB");
      }
      if (!process.waitFor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        throw late();
      }
      if (process.exitValue() != 0) {
        throw new ProofUnavailable("it ended with exit code " + process.exitValue());
      }
      return new String(printed, StandardCharsets.ISO_8859_1);
    } catch (TimeoutException late) {
      throw late();
    } catch (ExecutionException unreadable) {
      throw new ProofUnavailable("its output could not be read");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new ProofUnavailable("the sidecar stops");
    }
  }

  private ProofUnavailable late() {
    return new ProofUnavailable(
        "it did not end within " + command.timeout().toSeconds() + " s and was ended");
  }
}
