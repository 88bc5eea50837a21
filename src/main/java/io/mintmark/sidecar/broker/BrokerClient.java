package io.mintmark.sidecar.broker;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.NotObtained;
import io.mintmark.sidecar.held.Obtainer;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.proof.Proof;
import io.mintmark.sidecar.proof.ProofSource;
import io.mintmark.sidecar.proof.ProofUnavailable;
import io.mintmark.wire.v1.BrokerGrpc.BrokerBlockingStub;
import io.mintmark.wire.v1.ExchangeRequest;
import io.mintmark.wire.v1.ExchangeResponse;
import io.mintmark.wire.v1.IssueCertificateRequest;
import io.mintmark.wire.v1.IssueCertificateResponse;
import io.mintmark.wire.v1.JwtSvidRequest;
import io.mintmark.workload.Scope;
import io.mintmark.workload.WorkloadId;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges proof for credentials at the broker: sources of proof in their order, addresses in turn
 * beginning with the one that answered last.
 */
public final class BrokerClient implements Obtainer {
  private final Connections connections;
  private final List<ProofSource> sources;
  private final String issuer;
  private final InstantSource clock;

  /** The first workload that the broker named; another later is a mix-up that is not delivered. */
  private final AtomicReference<@Nullable WorkloadId> self = new AtomicReference<>();

  /**
   * @param issuer what proofs are addressed to
   */
  public BrokerClient(
      Connections connections, List<ProofSource> sources, String issuer, InstantSource clock) {
    this.connections = connections;
    this.sources = List.copyOf(sources);
    this.issuer = issuer;
    this.clock = clock;
  }

  @Override
  public Held obtain(Wanted wanted) throws NotObtained {
    NotObtained failure = null;
    for (ProofSource source : sources) {
      try {
        Proof proof = source.proof(issuer);
        return forThisWorkload(obtain(wanted, proof));
      } catch (ProofUnavailable absent) {
        failure =
            worse(
                failure,
                new NotObtained(
                    "proof-unavailable",
                    source.name() + " has no proof: " + absent.getMessage(),
                    null));
      } catch (NotObtained refused) {
        if (!Refusals.otherProof(refused)) {
          throw refused;
        }
        failure = worse(failure, refused);
      }
    }
    throw failure != null
        ? failure
        : new NotObtained("proof-unavailable", "no source of proof is configured", null);
  }

  private Held obtain(Wanted wanted, Proof proof) throws NotObtained {
    return switch (wanted) {
      case Wanted.AccessToken token -> Answers.token(token, exchange(request(token), proof), now());
      case Wanted.JwtSvid svid -> Answers.svid(svid, exchange(request(svid), proof), now());
      case Wanted.X509Svid svid -> {
        CertificateRequest request = CertificateRequest.make(svid.key());
        yield Answers.certificate(request.keys(), issue(svid, request, proof), now());
      }
    };
  }

  private ExchangeResponse exchange(ExchangeRequest.Builder request, Proof proof)
      throws NotObtained {
    ExchangeRequest complete = request.setEvidence(Presented.evidence(proof)).build();
    return inTurn(proof, stub -> stub.exchange(complete));
  }

  private IssueCertificateResponse issue(
      Wanted.X509Svid wanted, CertificateRequest request, Proof proof) throws NotObtained {
    IssueCertificateRequest complete =
        IssueCertificateRequest.newBuilder()
            .setEvidence(Presented.evidence(proof))
            .setCsr(ByteString.copyFrom(request.der()))
            .setLifetimeSeconds(seconds(wanted.lifetime()))
            .build();
    return inTurn(proof, stub -> stub.issueCertificate(complete));
  }

  /** Each address once, within the time of one call. */
  private <R> R inTurn(Proof proof, Call<R> call) throws NotObtained {
    NotObtained failure = null;
    for (URI address : connections.inTurn()) {
      try {
        R answer = call.on(connections.to(address, proof));
        connections.answered(address);
        return answer;
      } catch (StatusRuntimeException failed) {
        NotObtained refused = Refusals.of(address, failed);
        if (!Refusals.elsewhere(refused)) {
          connections.answered(address);
          throw refused;
        }
        connections.failed(address);
        failure = failure == null ? refused : failure;
      }
    }
    throw failure != null
        ? failure
        : new NotObtained("broker-unreachable", "no address of the broker is configured", null);
  }

  private Held forThisWorkload(Held held) throws NotObtained {
    WorkloadId known = self.get();
    if (known == null) {
      self.compareAndSet(null, held.workload());
      known = self.get();
    }
    if (!held.workload().equals(known)) {
      throw Answers.nonsense(
          "it is for \"" + held.workload() + "\", and those before were for \"" + known + "\"");
    }
    return held;
  }

  private java.time.Instant now() {
    return clock.instant();
  }

  /** What the operator should hear of: the first refusal by the broker, else the first failure. */
  private static NotObtained worse(@Nullable NotObtained first, NotObtained second) {
    boolean onlyAbsent = first == null || first.reason().equals("proof-unavailable");
    return first == null || (onlyAbsent && !second.reason().equals("proof-unavailable"))
        ? second
        : first;
  }

  private static ExchangeRequest.Builder request(Wanted.AccessToken token) {
    return ExchangeRequest.newBuilder()
        .setResource(token.resource())
        .addAllScopes(token.scopes().stream().map(Scope::value).sorted().toList())
        .setLifetimeSeconds(seconds(token.lifetime()));
  }

  private static ExchangeRequest.Builder request(Wanted.JwtSvid svid) {
    return ExchangeRequest.newBuilder()
        .setJwtSvid(JwtSvidRequest.newBuilder().addAllAudiences(svid.audiences()))
        .setLifetimeSeconds(seconds(svid.lifetime()));
  }

  private static long seconds(@Nullable Duration lifetime) {
    return lifetime == null ? 0 : lifetime.toSeconds();
  }

  /** One call on a connection. */
  private interface Call<R> {
    R on(BrokerBlockingStub stub);
  }
}
