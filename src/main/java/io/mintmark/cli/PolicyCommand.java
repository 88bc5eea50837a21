package io.mintmark.cli;

import picocli.CommandLine.Command;

/** {@code mintmark policy}. */
@Command(name = "policy", description = "Checks, tests and explains policy documents offline.")
final class PolicyCommand {}
