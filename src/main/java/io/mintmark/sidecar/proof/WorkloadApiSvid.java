package io.mintmark.sidecar.proof;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.mintmark.sidecar.plan.ProofPlan;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedCertificate;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIBlockingStub;
import io.spiffe.workloadapi.grpc.Workload.JWTSVID;
import io.spiffe.workloadapi.grpc.Workload.JWTSVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.JWTSVIDResponse;
import io.spiffe.workloadapi.grpc.Workload.X509SVID;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDResponse;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** An SVID from a SPIFFE Workload API (SPIFFE Workload API section 5 and 6), such as an agent's. */
final class WorkloadApiSvid implements ProofSource {
  private static final int MAX_CHAIN = 8;
  private static final Metadata HEADER = new Metadata();

  static {
    // section 3 of the Workload Endpoint: an agent refuses callers without it
    HEADER.put(Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER), "true");
  }

  private final ProofPlan.WorkloadApi plan;
  private final Duration limit;
  private final ManagedChannel channel;

  /**
   * @param network of epoll: Unix sockets are reached by nothing else
   * @param limit for an answer
   */
  WorkloadApiSvid(
      ProofPlan.WorkloadApi plan, EventLoopGroup network, Executor workers, Duration limit) {
    this.plan = plan;
    this.limit = limit;
    this.channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(plan.socket().toString()))
            .eventLoopGroup(network)
            .channelType(EpollDomainSocketChannel.class)
            // gRPC sets it for TCP; Netty warns of it at each connection of another kind
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .executor(workers)
            .offloadExecutor(workers)
            .usePlaintext()
            .overrideAuthority("localhost")
            .maxInboundMessageSize(1 << 20)
            .build();
  }

  @Override
  public String name() {
    return "Workload API \"" + plan.socket() + "\"";
  }

  @Override
  public Proof proof(String audience) throws ProofUnavailable {
    channel.resetConnectBackoff();
    SpiffeWorkloadAPIBlockingStub stub =
        SpiffeWorkloadAPIGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(HEADER))
            .withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS);
    Context.CancellableContext asking = Context.current().withCancellation();
    Context before = asking.attach();
    try {
      return plan.x509() ? certificate(stub) : token(stub, audience);
    } catch (StatusRuntimeException failed) {
      throw new ProofUnavailable("it answered " + failed.getStatus().getCode());
    } finally {
      // a stream of certificates has no end of its own, and the first is enough
      asking.detach(before);
      asking.cancel(null);
    }
  }

  private Proof token(SpiffeWorkloadAPIBlockingStub stub, String audience) throws ProofUnavailable {
    JWTSVIDRequest.Builder request = JWTSVIDRequest.newBuilder().addAudience(audience);
    if (plan.id() != null) {
      request.setSpiffeId(plan.id().toString());
    }
    JWTSVIDResponse answer = stub.fetchJWTSVID(request.build());
    for (JWTSVID svid : answer.getSvidsList()) {
      if (plan.id() == null || svid.getSpiffeId().equals(plan.id().toString())) {
        return Tokens.proof(ProofPlan.TokenKind.JWT_SVID, svid.getSvid());
      }
    }
    throw new ProofUnavailable("it has no such JWT-SVID");
  }

  private Proof certificate(SpiffeWorkloadAPIBlockingStub stub) throws ProofUnavailable {
    Iterator<X509SVIDResponse> answers = stub.fetchX509SVID(X509SVIDRequest.getDefaultInstance());
    if (answers.hasNext()) {
      for (X509SVID svid : answers.next().getSvidsList()) {
        if (plan.id() == null || svid.getSpiffeId().equals(plan.id().toString())) {
          return certificate(svid);
        }
      }
    }
    throw new ProofUnavailable("it has no such X.509-SVID");
  }

  private static Proof certificate(X509SVID svid) throws ProofUnavailable {
    try {
      List<X509Certificate> chain = Certificates.parse(bytes(svid.getX509Svid()), MAX_CHAIN);
      if (chain.isEmpty()) {
        throw new ProofUnavailable("its X.509-SVID is empty");
      }
      PrivateKey key =
          KeyFactory.getInstance(chain.getFirst().getPublicKey().getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(bytes(svid.getX509SvidKey())));
      KeyPairs.requireMatch(key, chain.getFirst().getPublicKey());
      return new Proof.X509Svid(chain, key);
    } catch (MalformedCertificate | GeneralSecurityException malformed) {
      throw new ProofUnavailable("its X.509-SVID does not parse");
    }
  }

  private static byte[] bytes(ByteString bytes) {
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
