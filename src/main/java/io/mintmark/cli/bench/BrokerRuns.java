package io.mintmark.cli.bench;

import io.grpc.netty.GrpcSslContexts;
import io.mintmark.cli.bench.load.Caller;
import io.mintmark.cli.bench.load.HttpCaller;
import io.mintmark.cli.bench.load.Proofs;
import io.mintmark.cli.bench.load.Trial;
import io.mintmark.cli.bench.load.What;
import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.workload.WorkloadId;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs against a broker that is started for them. */
final class BrokerRuns implements AutoCloseable {
  private static final Duration REST = Duration.ofSeconds(1);
  private static final Duration LONGEST_REST = Duration.ofSeconds(30);

  private final OwnBroker broker;
  private final Consumer<String> said;
  private final long residentReady;
  private final List<byte[]> proofs;

  private BrokerRuns(OwnBroker broker, Consumer<String> said, long ready, List<byte[]> proofs) {
    this.broker = broker;
    this.said = said;
    this.residentReady = ready;
    this.proofs = proofs;
  }

  /**
   * @param folder where the broker's own is made; null for the system's own place for such
   * @param count of the proofs that are made; none are where client certificates prove
   */
  static BrokerRuns start(@Nullable Path folder, int count, Consumer<String> said)
      throws IOException, InterruptedException {
    said.accept("a broker of its own");
    OwnBroker broker = OwnBroker.start(folder);
    try {
      long ready = broker.usage().residentBytes();
      said.accept("%,d proofs".formatted(count));
      String issuer = broker.endpoint("issuer").toString();
      List<byte[]> proofs =
          count == 0 ? List.of() : Proofs.make(broker.data(), issuer, count, Proofs.WORKLOADS);
      return new BrokerRuns(broker, said, ready, proofs);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      broker.close();
      throw failed;
    }
  }

  Result run(What what, Result.Asked asked, Trial.Plan plan)
      throws IOException, InterruptedException {
    boolean handshake = asked.anew() && asked.over() != Over.HTTP;
    Ceiling.Work work = Ceiling.Work.of(what, handshake, asked.clientCertificate());
    said.accept("the ceiling of the cryptography");
    double before = Ceiling.measure(work);
    Questions questions =
        asked.clientCertificate() ? Questions.byCertificate(what) : Questions.of(what, proofs);
    Trial trial =
        Trial.run(
            new NioEventLoopGroup(1),
            loop -> callers(loop, asked, questions),
            plan,
            broker::usage,
            said);
    said.accept("the ceiling again");
    awaitRest();
    double after = Ceiling.measure(work);
    return new Result(
        what,
        asked,
        asked.clientCertificate() ? workloads(asked) : proofs.size(),
        broker.started().toNanos() / 1e6,
        trial,
        work,
        new Ceiling.Around(before, after),
        Runtime.getRuntime().availableProcessors(),
        residentReady);
  }

  /** What a broker still does for what it was asked would count as less of a ceiling. */
  private void awaitRest() throws InterruptedException {
    long began = System.nanoTime();
    Duration used;
    Duration most = REST.dividedBy(20);
    do {
      used = broker.usage().processor();
      Thread.sleep(REST);
    } while (broker.usage().processor().minus(used).compareTo(most) > 0
        && System.nanoTime() - began < LONGEST_REST.toNanos());
  }

  /** For another driver, which is run while this broker still is. */
  HandOver handOver(Path folder) throws IOException {
    return HandOver.write(folder, broker, proofs);
  }

  private List<Caller> callers(EventLoop loop, Result.Asked asked, Questions questions)
      throws IOException {
    URI address = broker.endpoint(asked.over() == Over.HTTP ? "http" : "https");
    List<SslContext> tls = new ArrayList<>();
    for (int i = 0; i < (asked.clientCertificate() ? workloads(asked) : 1); i++) {
      tls.add(tls(asked, i));
    }
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < asked.connections(); i++) {
      SslContext client = tls.get(i % tls.size());
      callers.add(
          switch (asked.over()) {
            case HTTP -> new HttpCaller(loop, address, null, questions, asked.anew());
            case HTTPS -> new HttpCaller(loop, address, client, questions, asked.anew());
            case GRPC -> new GrpcCaller(loop, address, client, questions, asked.anew());
          });
    }
    return callers;
  }

  private static int workloads(Result.Asked asked) {
    return Math.min(asked.connections(), Proofs.WORKLOADS);
  }

  /** Of one workload, where it shows a certificate. */
  private SslContext tls(Result.Asked asked, int workload) throws IOException {
    SslContextBuilder client =
        SslContextBuilder.forClient()
            .protocols("TLSv1.3")
            .trustManager(broker.data().resolve("broker-bundle.pem").toFile());
    if (asked.clientCertificate()) {
      WorkloadId id =
          WorkloadId.parse("spiffe://" + DevAuthority.TRUST_DOMAIN.name() + Proofs.PATH + workload);
      DevAuthority.X509Evidence svid =
          DevAuthority.open(broker.data(), InstantSource.system()).x509Svid(id, Proofs.LIFETIME);
      client.keyManager(svid.keys().getPrivate(), svid.chain().toArray(new X509Certificate[0]));
    }
    return (asked.over() == Over.GRPC ? GrpcSslContexts.configure(client) : client).build();
  }

  @Override
  public void close() {
    broker.close();
  }
}
