package io.mintmark;

import io.mintmark.cli.dev.DevAuthority;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** A broker as in production, with a proxy, an operator and a workload that is none. */
public class OperatorsProfile implements QuarkusTestProfile {
  static final String ISSUER = "https://mintmark.example.org/prod";
  static final Path FOLDER = folder();

  private static final String POLICY =
      """
      apiVersion: mintmark.io/v1
      kind: TrustDomain
      metadata: {name: dev.mintmark}
      spec:
        bundle: {file: bundle.json}
        accepts: [jwt-svid, x509-svid]
      ---
      apiVersion: mintmark.io/v1
      kind: Resource
      metadata: {name: ledger}
      spec:
        owner: ledger-team@example.org
        audience: https://ledger.example.org
        scopes: [admin:read]
      ---
      apiVersion: mintmark.io/v1
      kind: Grant
      metadata: {name: readers}
      spec:
        owner: platform@example.org
        workload: spiffe://dev.mintmark/operators/*
        evidence: [jwt-svid, x509-svid]
        issue:
          accessToken: {resource: mintmark-admin, scopes: [admin:read]}
      ---
      apiVersion: mintmark.io/v1
      kind: Grant
      metadata: {name: writer}
      spec:
        owner: platform@example.org
        workload: spiffe://dev.mintmark/operators/ada
        evidence: [jwt-svid, x509-svid]
        issue:
          accessToken: {resource: mintmark-admin, scopes: [admin:write]}
      ---
      apiVersion: mintmark.io/v1
      kind: Grant
      metadata: {name: others}
      spec:
        owner: platform@example.org
        workload: spiffe://dev.mintmark/**
        evidence: [jwt-svid]
        issue:
          accessToken: {resource: ledger, scopes: [admin:read]}
      """;

  @Override
  public Map<String, String> getConfigOverrides() {
    Map<String, String> settings = new HashMap<>();
    settings.put("mintmark.issuer", ISSUER);
    settings.put("mintmark.trust-domain", "broker.example.org");
    settings.put("mintmark.data", FOLDER.resolve("data").toString());
    settings.put("mintmark.policy", FOLDER.resolve("policy").toString());
    settings.put("mintmark.https-listen", "127.0.0.1:0");
    settings.put("mintmark.http-listen", "127.0.0.1:0");
    settings.put("mintmark.management-listen", "127.0.0.1:0");
    settings.put("mintmark.trusted-proxies", "127.0.0.1");
    settings.put("mintmark.limits.refusals-per-address", "1");
    return settings;
  }

  static DevAuthority authority() throws IOException {
    return DevAuthority.open(FOLDER.resolve("authority"), InstantSource.system());
  }

  private static Path folder() {
    try {
      Path folder =
          Files.createTempDirectory(Files.createDirectories(Path.of("target")), "operators");
      DevAuthority authority =
          DevAuthority.open(
              Files.createDirectory(folder.resolve("authority")), InstantSource.system());
      Path policy = Files.createDirectory(folder.resolve("policy"));
      Files.writeString(policy.resolve("policy.yaml"), POLICY);
      Files.copy(authority.bundleFile(DevAuthority.TRUST_DOMAIN), policy.resolve("bundle.json"));
      return folder;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
