package io.mintmark.credential;

import io.mintmark.jose.Crypto;
import io.mintmark.keys.TestRing;
import io.mintmark.policy.Decision;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a credential costs beside its signature, which {@code signature} measures alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class MintBenchmark {
  private final TestRing test = new TestRing(SignatureAlgorithm.EDDSA);
  private final Mint mint =
      new Mint(test.ring(), "https://mintmark.example.org", new SecureRandom());
  private final Instant now = test.now();
  private final Instant soon = now.plusSeconds(300);
  private final KeyPair key = Crypto.generate(SignatureAlgorithm.ES256);
  private final byte[] message = new byte[400];
  private final byte[] request = request(key);
  private final Decision.Grant token =
      Grants.of(
          Grants.boundToken(
              "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2", null, "ledger:read", "ledger:write"),
          now,
          soon);
  private final Decision.Grant edwards =
      Grants.of(Grants.boundToken(null, SignatureAlgorithm.EDDSA, "ledger:read"), now, soon);
  private final Decision.Grant jwtSvid =
      Grants.of(Grants.jwtSvid("https://ledger.example.org"), now, soon);
  private final Decision.Grant x509Svid =
      Grants.of(Grants.x509Svid(key.getPublic(), "orders.payments.svc"), now, soon);

  @Benchmark
  public byte[] signature() {
    return Crypto.sign(SignatureAlgorithm.ES256, key.getPrivate(), message);
  }

  @Benchmark
  public Credential accessToken() throws Exception {
    return mint.mint(token, now);
  }

  @Benchmark
  public Credential accessTokenEdDsa() throws Exception {
    return mint.mint(edwards, now);
  }

  @Benchmark
  public Credential jwtSvid() throws Exception {
    return mint.mint(jwtSvid, now);
  }

  @Benchmark
  public Credential x509Svid() throws Exception {
    return mint.mint(x509Svid, now);
  }

  @Benchmark
  public CertificateRequest certificateRequest() throws Exception {
    return CertificateRequest.parse(request);
  }

  private static byte[] request(KeyPair pair) {
    try {
      return Requests.signed(pair, "SHA256withECDSA");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
