package io.mintmark.sidecar.sockets.workloadapi;

import com.google.protobuf.ByteString;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.JwkSet;
import io.mintmark.sidecar.sockets.identity.Identity;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesResponse;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesResponse;
import io.spiffe.workloadapi.grpc.Workload.X509SVID;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDResponse;
import java.io.ByteArrayOutputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/**
 * What the Workload API says, in full each time. A trust domain without a key of the kind is left
 * out: nothing is believed by it, and clients refuse a whole message for one empty bundle.
 */
final class Messages {
  private Messages() {}

  static X509SVIDResponse svids(Identity.Ready identity, String hint) {
    X509SVIDResponse.Builder answer =
        X509SVIDResponse.newBuilder()
            .addSvids(
                X509SVID
                    .newBuilder()
                    .setSpiffeId(identity.certificate().workload().toString())
                    .setX509Svid(der(identity.certificate().chain()))
                    .setX509SvidKey(ByteString.copyFrom(identity.certificate().key().getEncoded()))
                    .setBundle(der(identity.own().x509Authorities()))
                    .setHint(hint));
    identity
        .federated()
        .forEach(
            (domain, bundle) -> {
              if (!bundle.x509Authorities().isEmpty()) {
                answer.putFederatedBundles(id(domain), der(bundle.x509Authorities()));
              }
            });
    return answer.build();
  }

  static X509BundlesResponse x509Bundles(Map<TrustDomain, Bundle> bundles) {
    X509BundlesResponse.Builder answer = X509BundlesResponse.newBuilder();
    bundles.forEach(
        (domain, bundle) -> {
          if (!bundle.x509Authorities().isEmpty()) {
            answer.putBundles(id(domain), der(bundle.x509Authorities()));
          }
        });
    return answer.build();
  }

  static JWTBundlesResponse jwtBundles(Map<TrustDomain, Bundle> bundles) {
    JWTBundlesResponse.Builder answer = JWTBundlesResponse.newBuilder();
    bundles.forEach(
        (domain, bundle) -> {
          if (!bundle.jwtAuthorities().isEmpty()) {
            answer.putBundles(id(domain), keys(bundle.jwtAuthorities()));
          }
        });
    return answer.build();
  }

  private static String id(TrustDomain domain) {
    return "spiffe://" + domain.name();
  }

  private static ByteString keys(List<Jwk> authorities) {
    List<Jwk> published =
        authorities.stream()
            .map(key -> new Jwk(key.keyId(), "jwt-svid", key.algorithm(), key.key(), null))
            .toList();
    return ByteString.copyFrom(JwkSet.toJson(published, Map.of()));
  }

  private static ByteString der(List<X509Certificate> certificates) {
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    for (X509Certificate certificate : certificates) {
      try {
        der.writeBytes(certificate.getEncoded());
      } catch (CertificateEncodingException e) {
        throw new IllegalArgumentException("the certificate cannot be encoded", e);
      }
    }
    return ByteString.copyFrom(der.toByteArray());
  }
}
