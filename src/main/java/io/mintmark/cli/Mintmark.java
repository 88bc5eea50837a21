package io.mintmark.cli;

import io.mintmark.cli.dev.DevCommand;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The {@code mintmark} command: exit 0 done, 1 refused or failed, 2 wrong usage; errors are one
 * line on stderr.
 */
@Command(
    name = "mintmark",
    description = "Workload identity broker: proof in, scoped short-lived credential out.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "In a checkout, ./mintmark also takes:",
      "  test                 Runs all tests; see mintmark test --help.",
      "  mvn                  Runs Maven with the JDK that it finds.",
      "  jdk                  Prints the folder of that JDK.",
      "",
      "Example: mintmark demo --once"
    },
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    subcommands = {
      VersionCommand.class,
      TokenCommand.class,
      CertificateCommand.class,
      PolicyCommand.class,
      LedgerCommand.class,
      DevCommand.class,
      AutoComplete.GenerateCompletion.class,
      CommandLine.HelpCommand.class
    })
public final class Mintmark extends CommandGroup {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  boolean debug;

  /** Runs one command and returns its exit code. */
  public static int run(String... arguments) {
    return run(List.of(), arguments);
  }

  /**
   * Runs one command and returns its exit code.
   *
   * @param more commands beside those of this room, as picocli takes them
   */
  public static int run(List<Object> more, String... arguments) {
    Mintmark mintmark = new Mintmark();
    CommandLine line = new CommandLine(mintmark);
    more.forEach(line::addSubcommand);
    line.setParameterExceptionHandler(
        (exception, parsed) -> {
          PrintWriter err = exception.getCommandLine().getErr();
          err.println(
              "mintmark: "
                  + mistake(exception)
                  + "; see `"
                  + exception.getCommandLine().getCommandSpec().qualifiedName()
                  + " --help`");
          return 2;
        });
    line.setExecutionExceptionHandler(
        (exception, executed, parsed) -> {
          if (mintmark.debug) {
            exception.printStackTrace(executed.getErr());
          } else {
            executed.getErr().println("mintmark: " + oneLine(exception));
          }
          return 1;
        });
    line.setExecutionStrategy(
        parsed -> {
          CommandLine.ParseResult command = parsed.subcommand();
          boolean ours = command == null || !more.contains(command.commandSpec().userObject());
          if (ours && !mintmark.debug) {
            // what libraries log is no part of a command's output; other commands set their own
            Logger.getLogger("").setLevel(Level.SEVERE);
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    return line.execute(arguments);
  }

  private static String mistake(CommandLine.ParameterException exception) {
    CommandLine line = exception.getCommandLine();
    if (exception instanceof CommandLine.UnmatchedArgumentException unmatched
        && !line.getSubcommands().isEmpty()
        && !unmatched.isUnknownOption()) {
      return "there is no command \"" + unmatched.getUnmatched().getFirst() + "\"";
    }
    return oneLine(exception).replaceFirst("^Error: ", "");
  }

  private static String oneLine(Exception exception) {
    String message = exception.getMessage();
    String text =
        switch (exception) {
          case NoSuchFileException absent -> "there is no file \"" + absent.getFile() + "\"";
          case AccessDeniedException denied -> "no right to use \"" + denied.getFile() + "\"";
          case FileAlreadyExistsException there -> "\"" + there.getFile() + "\" is there already";
          default -> message == null ? exception.getClass().getSimpleName() : message;
        };
    return text.replaceAll("\\s+", " ");
  }
}
