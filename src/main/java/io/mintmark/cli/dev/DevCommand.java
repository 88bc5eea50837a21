package io.mintmark.cli.dev;

import picocli.CommandLine.Command;

/** {@code mintmark dev}. */
@Command(name = "dev", description = "Makes throw-away evidence for development.")
public final class DevCommand {}
