package io.mintmark.cli;

import io.mintmark.cli.bench.BenchCommand;
import io.mintmark.cli.dev.DevCommand;
import io.mintmark.cli.ledger.LedgerCommand;
import io.mintmark.cli.policy.PolicyCommand;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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
      "  exec-credential      Shows kubectl the credential that a sidecar keeps.",
      "",
      "Example: mintmark demo --once"
    },
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true)
public final class Mintmark extends CommandGroup {
  /** What tells of the other commands. */
  private static final Set<Class<?>> NEEDS_ALL =
      Set.of(CommandLine.HelpCommand.class, AutoComplete.GenerateCompletion.class);

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  boolean debug;

  /** Whether {@code --debug} was given. */
  static boolean debugs(CommandSpec spec) {
    return spec.root().userObject() instanceof Mintmark mintmark && mintmark.debug;
  }

  /** Runs one command and returns its exit code. */
  public static int run(String... arguments) {
    return run(List.of(), arguments);
  }

  /**
   * Runs one command and returns its exit code.
   *
   * @param more commands beside those of this room, listed before them, as picocli takes them
   */
  public static int run(List<Object> more, String... arguments) {
    return run(
        more,
        List.of(
            TokenCommand.class,
            CertificateCommand.class,
            PolicyCommand.class,
            LedgerCommand.class,
            SidecarCommand.class,
            ExecCommand.class,
            HealthCommand.class,
            BundleCommand.class,
            BenchCommand.class,
            DevCommand.class,
            VersionCommand.class,
            CommandLine.HelpCommand.class,
            AutoComplete.GenerateCompletion.class),
        arguments);
  }

  static int run(List<Object> more, List<Class<?>> own, String... arguments) {
    Mintmark mintmark = new Mintmark();
    CommandLine line = new CommandLine(mintmark);
    List<Object> commands = Stream.concat(more.stream(), own.stream()).toList();
    Optional<Object> only = named(commands, arguments);
    only.map(List::of).orElse(commands).forEach(line::addSubcommand);
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
            executed.getErr().println("mintmark: " + Mistakes.oneLine(exception));
          }
          return 1;
        });
    line.setExecutionStrategy(
        parsed -> {
          if (asksForVersion(parsed)) {
            // picocli would ask a version provider at each start, which loads the crypto
            line.getOut().println(VersionCommand.line());
            return 0;
          }
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

  /**
   * The command that stands first, if one does: describing all the others to picocli takes longer
   * than all else that a short command does.
   */
  private static Optional<Object> named(List<Object> commands, String... arguments) {
    return commands.stream()
        .filter(
            command -> {
              Class<?> type = command instanceof Class<?> its ? its : command.getClass();
              Command described = type.getAnnotation(Command.class);
              return arguments.length > 0
                  && described != null
                  && described.name().equals(arguments[0])
                  && !NEEDS_ALL.contains(type);
            })
        .findFirst();
  }

  private static boolean asksForVersion(CommandLine.@Nullable ParseResult parsed) {
    return parsed != null
        && (parsed.isVersionHelpRequested() || asksForVersion(parsed.subcommand()));
  }

  private static String mistake(CommandLine.ParameterException exception) {
    CommandLine line = exception.getCommandLine();
    if (exception instanceof CommandLine.UnmatchedArgumentException unmatched
        && !line.getSubcommands().isEmpty()
        && !unmatched.isUnknownOption()) {
      return "there is no command \"" + unmatched.getUnmatched().getFirst() + "\"";
    }
    if (exception.getArgSpec() != null && exception.getValue() != null) {
      String wanted = wanted(exception.getArgSpec().type());
      if (wanted != null) {
        return name(exception.getArgSpec()) + " \"" + exception.getValue() + "\" is not " + wanted;
      }
    }
    return Mistakes.oneLine(exception).replaceFirst("^Error: ", "");
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static @Nullable String wanted(Class<?> type) {
    return type == long.class || type == Long.class || type == int.class
        ? "a whole number of at most 18 digits"
        : type == URI.class ? "a URL" : null;
  }
}
