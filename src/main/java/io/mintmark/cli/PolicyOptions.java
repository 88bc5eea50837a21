package io.mintmark.cli;

import io.mintmark.policy.PolicyContext;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.TrustDomain;
import java.nio.file.Path;
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

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  PolicyContext context() {
    try {
      return new PolicyContext(new TrustDomain(trustDomain), issuer);
    } catch (MalformedWorkloadId e) {
      throw new ParameterException(spec.commandLine(), "--trust-domain: " + e.getMessage());
    }
  }
}
