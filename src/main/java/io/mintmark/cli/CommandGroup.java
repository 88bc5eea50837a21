package io.mintmark.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that only holds others: alone it is wrong usage and says which there are. */
public abstract class CommandGroup implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Override
  public final Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    err.println("mintmark: a command is missing");
    spec.commandLine().usage(err);
    err.flush();
    return 2;
  }
}
