package io.mintmark.cli.policy;

import io.mintmark.cli.dev.DevDocuments;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.policy.PolicyContext;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The folder of documents, and the broker that they are for. */
final class PolicyOptions {
  @Parameters(index = "0", paramLabel = "DIR", description = "Folder of policy documents.")
  Path folder = Path.of("");

  @Option(
      names = "--trust-domain",
      paramLabel = "NAME",
      defaultValue = "${env:MINTMARK_TRUST_DOMAIN:-dev.mintmark}",
      description =
          "The broker's own trust domain (default: MINTMARK_TRUST_DOMAIN, or dev.mintmark).")
  String trustDomain = "";

  @Option(
      names = "--issuer",
      paramLabel = "URL",
      defaultValue = "${env:MINTMARK_ISSUER:-https://localhost:8443}",
      description =
          "The broker's issuer URL (default: MINTMARK_ISSUER, or https://localhost:8443).")
  String issuer = "";

  @Option(
      names = "--dev",
      paramLabel = "DATA",
      description =
          "Add the documents that `broker --dev` adds on this data folder, so that the version"
              + " is that broker's.")
  @Nullable Path dev;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  /** The folder's documents, compiled. */
  PolicyLoad load() throws DocumentErrors, IOException {
    if (dev == null) {
      return PolicyLoad.of(folder, List.of(), context());
    }
    if (!Files.isDirectory(dev.resolve("dev"))) {
      throw new IOException(
          "\"" + dev + "\" is no data folder of a broker that was started with --dev");
    }
    return PolicyLoad.of(
        folder, List.of(DevDocuments.of(dev, InstantSource.system()).documents()), context());
  }

  PolicyContext context() {
    try {
      return new PolicyContext(new TrustDomain(trustDomain), issuer);
    } catch (MalformedWorkloadId e) {
      throw new ParameterException(spec.commandLine(), "--trust-domain: " + e.getMessage());
    }
  }
}
