package io.mintmark;

import io.mintmark.api.Admission;
import io.mintmark.api.Callers;
import io.mintmark.api.Intake;
import io.mintmark.api.Networks;
import io.mintmark.api.grpc.BundleDoor;
import io.mintmark.api.grpc.BundleStreams;
import io.mintmark.api.grpc.Dial;
import io.mintmark.api.http.Knock;
import io.mintmark.api.http.Routes;
import io.mintmark.api.oauth.CredentialEndpoints;
import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.evidence.SourceListener;
import io.mintmark.exchange.Recognizer;
import io.mintmark.exchange.SilentObserver;
import io.mintmark.jose.Crypto;
import io.mintmark.keys.KeySettings;
import io.mintmark.kubernetes.review.ReviewListener;
import io.mintmark.kubernetes.signing.SigningListener;
import io.mintmark.ledger.JournalSettings;
import io.mintmark.ledger.LedgerListener;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A whole broker on files, with every edge but its sockets, and evidence that holds: one proof of
 * each kind, each of another workload. Loopback is a trusted proxy, so that certificates can be
 * shown in a header.
 */
final class InProcess {
  static final String ISSUER = "https://localhost:8443";
  static final String RESOURCE = "https://ledger.example.org";
  static final String BY_JWT = "spiffe://dev.mintmark/ns/payments/sa/orders";
  static final String BY_CLUSTER = "spiffe://dev.mintmark/ns/payments/sa/billing";
  static final String BY_CERTIFICATE = "spiffe://dev.mintmark/ns/payments/sa/shipping";
  private static final String POLICY =
      """
      apiVersion: mintmark.io/v1
      kind: Resource
      metadata: {name: ledger-api}
      spec:
        owner: ledger-team@example.org
        audience: https://ledger.example.org
        scopes: [ledger:read, ledger:write]
      ---
      apiVersion: mintmark.io/v1
      kind: Grant
      metadata: {name: payments}
      spec:
        owner: payments@example.org
        workload: spiffe://dev.mintmark/ns/payments/sa/*
        evidence: [jwt-svid, kubernetes, x509-svid]
        issue:
          accessToken: {resource: ledger-api, scopes: [ledger:read]}
          jwtSvid: {audiences: [https://ledger.example.org], id: "spiffe://broker.example.org{path}"}
          x509Svid: {id: "spiffe://broker.example.org{path}"}
      """;

  final Broker broker;
  final Knock http;
  final Dial grpc;
  final KeyPair requester = Crypto.generate(SignatureAlgorithm.ES256);

  /** What the words in a template stand for. */
  final Map<String, String> evidence;

  private InProcess(Path folder) throws Exception {
    InstantSource clock = InstantSource.system();
    Path data = folder.resolve("data");
    Files.createDirectories(folder.resolve("policy"));
    Files.writeString(folder.resolve("policy/policy.yaml"), POLICY);
    TrustDomain domain = new TrustDomain("broker.example.org");
    Callers callers = new Callers(Networks.parse(List.of("127.0.0.0/8")));
    this.broker =
        Broker.open(
            new BrokerSettings(
                ISSUER,
                domain,
                data,
                folder.resolve("policy"),
                true,
                new Cluster(false, null, false, false),
                KeySettings.defaults(domain),
                JournalSettings.defaults(),
                16,
                1000,
                null,
                50,
                null),
            clock,
            id -> true,
            new Broker.Listeners(
                new SilentObserver(),
                LedgerListener.NONE,
                SourceListener.NONE,
                ReviewListener.NONE,
                SigningListener.NONE));
    Admission admission = new Admission(64, null, reason -> {});
    Intake intake = new Intake(broker.exchange(), admission);
    Routes routes = new CredentialEndpoints(intake, callers).addTo(new Routes(""));
    this.http = new Knock(Vertx.vertx(), routes);
    OwnKeys published =
        new OwnKeys(broker.keys(), Duration.ofMinutes(5), () -> Map.<TrustDomain, Bundle>of());
    Recognizer recognizer =
        new Recognizer(broker.worlds(), broker.exchange(), id -> true, clock, Runnable::run);
    this.grpc =
        new Dial(
            intake,
            callers,
            new BundleStreams(published, clock),
            new BundleDoor(admission, recognizer));
    this.evidence = evidence(DevAuthority.open(data, clock));
  }

  /** Opens one in a folder of its own, which goes away with the JVM. */
  static InProcess open() {
    try {
      Path memory = Path.of("/dev/shm");
      Path folder =
          Files.isWritable(memory)
              ? Files.createTempDirectory(memory, "mm-fuzz")
              : Files.createTempDirectory("mm-fuzz");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return new InProcess(folder);
    } catch (Exception failed) {
      throw new IllegalStateException("no broker to fuzz", failed);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException gone) {
      // nothing is left to delete
    }
  }

  private Map<String, String> evidence(DevAuthority authority) throws Exception {
    Duration day = DevAuthority.MAX_TTL;
    byte[] request =
        new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=x"), requester.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(requester.getPrivate()))
            .getEncoded();
    byte[] certificate =
        authority.x509Svid(WorkloadId.parse(BY_CERTIFICATE), day).chain().getFirst().getEncoded();
    return Map.of(
        "jwt", authority.jwtSvid(WorkloadId.parse(BY_JWT), ISSUER, day),
        "k8s", authority.serviceAccountToken("payments", "billing", ISSUER, day),
        "crt", ":" + Base64.getEncoder().encodeToString(certificate) + ":",
        "csr", Base64.getEncoder().encodeToString(request));
  }
}
