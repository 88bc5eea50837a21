package io.mintmark.exchange;

import io.mintmark.credential.Mint;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Documents;
import io.mintmark.evidence.BundleOrigin;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.JwksOrigin;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.KeySources;
import io.mintmark.evidence.trust.TrustAttestor;
import io.mintmark.evidence.trust.TrustCompilation;
import io.mintmark.evidence.trust.TrustCompiler;
import io.mintmark.evidence.trust.TrustContext;
import io.mintmark.evidence.trust.TrustSources;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.JwkSet;
import io.mintmark.jose.Jws;
import io.mintmark.keys.TestRing;
import io.mintmark.policy.Compilation;
import io.mintmark.policy.Policy;
import io.mintmark.policy.PolicyContext;
import io.mintmark.spiffe.Bundle;
import io.mintmark.storage.memory.MemoryReplayGuard;
import io.mintmark.workload.Ask;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.Scope;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole exchange of a JWT-SVID for an access token but for the network and the ledger, which here
 * says at once that a record is durable. What {@code cryptography} takes less is all else: parsing,
 * validating, deciding, building and the product's check.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class ExchangeBenchmark {
  private static final Instant NOW = TestRing.START;
  private static final String ISSUER = "https://mintmark.example.org";
  private static final TrustDomain OWN = TestRing.DOMAIN;
  private static final int PROOFS = 1_000;

  private static final String DOCUMENTS =
      """
      apiVersion: mintmark.io/v1
      kind: TrustDomain
      metadata: {name: prod.example.org}
      spec: {accepts: [jwt-svid], bundle: {endpoint: {url: "https://prod.example.org/bundle", profile: https_web}}}
      ---
      apiVersion: mintmark.io/v1
      kind: Resource
      metadata: {name: ledger-api}
      spec: {owner: ledger@example.org, audience: "https://ledger.example.org", scopes: [ledger:read]}
      ---
      apiVersion: mintmark.io/v1
      kind: Grant
      metadata: {name: payments-read-ledger}
      spec:
        owner: payments@example.org
        workload: spiffe://prod.example.org/ns/payments/sa/*
        evidence: [jwt-svid]
        issue: {accessToken: {resource: ledger-api, scopes: [ledger:read]}}
      """;

  private final KeyPair key = Crypto.generate(SignatureAlgorithm.ES256);
  private final List<Evidence> proofs =
      IntStream.range(0, PROOFS).<Evidence>mapToObj(i -> new Evidence.JwtSvid(svid(i))).toList();
  private final Ask ask =
      new Ask(
          new Ask.AccessToken("https://ledger.example.org", Set.of(new Scope("ledger:read"))),
          null,
          Delegation.NONE,
          InetAddress.getLoopbackAddress(),
          null);
  private final Exchange exchange = exchanging();
  private final String compact = svid(0);
  private final byte[] message =
      compact.substring(0, compact.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
  private final Jws parsed = parsed();
  private int next;

  /** The one verification and the one signature of an exchange. */
  @Benchmark
  public byte[] cryptography() {
    if (!parsed.signedBy(key.getPublic())) {
      throw new IllegalStateException("a signature does not hold");
    }
    return Crypto.sign(SignatureAlgorithm.ES256, key.getPrivate(), message);
  }

  @Benchmark
  public Outcome exchange() {
    next = (next + 1) % PROOFS;
    Outcome outcome = exchange.exchange(proofs.get(next), ask).toCompletableFuture().join();
    if (!(outcome instanceof Outcome.Minted)) {
      throw new IllegalStateException(outcome.toString());
    }
    return outcome;
  }

  /** Of the proof; of the token, as it is checked, it takes as much. */
  @Benchmark
  public Jws parse() {
    return parsed();
  }

  private Jws parsed() {
    try {
      return Jws.parse(compact, TrustAttestor.MAX_TOKEN);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String svid(int i) {
    String claims =
        """
        {"sub":"spiffe://prod.example.org/ns/payments/sa/orders-%d","aud":["%s"],"iat":%d,"exp":%d,"jti":"%d"}\
        """
            .formatted(
                i, ISSUER, NOW.getEpochSecond() - 60, NOW.getEpochSecond() + 240, 1_000_000 + i);
    return Jws.sign(
        SignatureAlgorithm.ES256,
        key.getPrivate(),
        "key-1",
        "JWT",
        claims.getBytes(StandardCharsets.UTF_8));
  }

  private Exchange exchanging() {
    try {
      DocumentSet documents = Documents.parse("benchmark", DOCUMENTS).load();
      Policy policy =
          ((Compilation.Compiled) Policy.compile(documents, new PolicyContext(OWN, ISSUER)))
              .policy();
      TrustAttestor attestor =
          ((TrustCompilation.Compiled) TrustCompiler.compile(documents, trust())).attestor();
      return new Exchange(
          new Worlds(new World(attestor, policy)),
          new Mint(new TestRing().ring(), ISSUER, new SecureRandom()),
          line -> CompletableFuture.completedFuture(0L),
          id -> true,
          new SilentObserver(),
          () -> NOW,
          new Random(1),
          Runnable::run);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private TrustContext trust() {
    Bundle bundle =
        new Bundle(
            new TrustDomain("prod.example.org"),
            List.of(),
            List.of(new Jwk("key-1", null, null, key.getPublic(), null)),
            null,
            null);
    Bundle own = new Bundle(OWN, List.of(), bundle.jwtAuthorities(), null, null);
    return new TrustContext(
        OWN,
        ISSUER,
        () -> own,
        new TrustSources(new Sources(bundle)),
        new MemoryReplayGuard(1_000, NOW),
        () -> NOW,
        List.of(),
        () -> false);
  }

  private record Sources(Bundle bundle) implements KeySources {
    @Override
    public KeySource<Bundle> bundles(BundleOrigin origin) {
      return new Held<>(bundle);
    }

    @Override
    public KeySource<JwkSet> keys(JwksOrigin origin) {
      throw new IllegalStateException("no issuer is documented");
    }
  }

  private record Held<T>(T current) implements KeySource<T> {
    @Override
    public T current(Instant now) {
      return current;
    }

    @Override
    public boolean mayRefresh(Instant now) {
      return false;
    }

    @Override
    public T refreshed(Instant now) {
      return current;
    }

    @Override
    public @Nullable Instant lastGood() {
      return NOW;
    }

    @Override
    public @Nullable String lastError() {
      return null;
    }

    @Override
    public void close() {}
  }
}
