package io.mintmark.evidence.spiffe;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mintmark.evidence.KeyLoader;
import io.mintmark.evidence.UnusableKeys;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.JwkSet;
import io.mintmark.jose.MalformedJose;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesRequest;
import java.security.cert.X509Certificate;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a Workload API for both parts of one trust domain's bundle. What it says of other trust
 * domains is not looked at.
 */
final class WorkloadApiLoader implements KeyLoader<Bundle> {
  private static final String JWT_SVID = "jwt-svid";

  private final TrustDomain trustDomain;
  private final WorkloadApi api;

  WorkloadApiLoader(TrustDomain trustDomain, WorkloadApi api) {
    this.trustDomain = trustDomain;
    this.api = api;
  }

  @Override
  public Loaded<Bundle> load(@Nullable Bundle learned) {
    try {
      var x509 =
          first(() -> api.once().fetchX509Bundles(X509BundlesRequest.getDefaultInstance()))
              .getBundlesMap();
      Bundle bundle = merged(trustDomain, x509, jwtBundles());
      return new Loaded.Fresh<>(bundle, bundle.toJson(), null);
    } catch (StatusRuntimeException e) {
      return new Loaded.Failed<>(api + " " + reason(e.getStatus()));
    } catch (UnusableKeys e) {
      return new Loaded.Failed<>(api + ": " + e.getMessage());
    }
  }

  /** A trust domain that a whole answer leaves out is redacted: nothing of it is believed. */
  static Bundle merged(
      TrustDomain trustDomain, Map<String, ByteString> x509, Map<String, ByteString> jwt)
      throws UnusableKeys {
    ByteString certificates = x509.get(trustDomain.uri());
    ByteString keys = jwt.get(trustDomain.uri());
    List<X509Certificate> authorities =
        certificates == null || certificates.isEmpty()
            ? List.of()
            : Authorities.parse(certificates.toByteArray());
    return new Bundle(
        trustDomain,
        authorities,
        keys == null || keys.isEmpty() ? List.of() : jwtAuthorities(keys.toByteArray()),
        null,
        null);
  }

  /** An agent without JWT-SVIDs leaves these calls out; any other failure fails the whole. */
  private Map<String, ByteString> jwtBundles() {
    try {
      return first(() -> api.once().fetchJWTBundles(JWTBundlesRequest.getDefaultInstance()))
          .getBundlesMap();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
        return Map.of();
      }
      throw e;
    }
  }

  private static List<Jwk> jwtAuthorities(byte[] jwks) throws UnusableKeys {
    try {
      return JwkSet.parse(jwks).keys().stream()
          .filter(key -> key.keyId() != null)
          .filter(key -> key.use() == null || key.use().equals(JWT_SVID))
          .toList();
    } catch (MalformedJose e) {
      throw new UnusableKeys("its JWT bundle cannot be read: " + e.getMessage());
    }
  }

  /** The first message of a stream holds everything (SPIFFE Workload API section 4.2). */
  private static <M> M first(Supplier<Iterator<M>> stream) {
    Context.CancellableContext context = Context.current().withCancellation();
    Context previous = context.attach();
    try {
      Iterator<M> messages = stream.get();
      if (!messages.hasNext()) {
        throw Status.UNAVAILABLE.asRuntimeException();
      }
      return messages.next();
    } finally {
      context.detach(previous);
      context.cancel(null);
    }
  }

  private static String reason(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE -> "accepts no connection";
      case DEADLINE_EXCEEDED -> "gave no answer in " + WorkloadApi.DEADLINE_SECONDS + " s";
      case PERMISSION_DENIED ->
          "has no identity for this process: register the broker as a workload";
      default -> "answered with status " + status.getCode();
    };
  }
}
