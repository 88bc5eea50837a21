package io.mintmark.sidecar.sockets.sds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.mintmark.sidecar.sockets.identity.Identity;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Certificates;
import io.mintmark.wire.envoy.base.DataSource;
import io.mintmark.wire.envoy.base.TypedExtensionConfig;
import io.mintmark.wire.envoy.discovery.Resource;
import io.mintmark.wire.envoy.tls.CertificateValidationContext;
import io.mintmark.wire.envoy.tls.SPIFFECertValidatorConfig;
import io.mintmark.wire.envoy.tls.Secret;
import io.mintmark.wire.envoy.tls.TlsCertificate;
import io.mintmark.workload.TrustDomain;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's secrets by the names that SPIRE gives them: {@code default} or the SPIFFE ID is the
 * certificate with its key, {@code ROOTCA} or a trust domain's ID the trust in that domain, {@code
 * ALL} the trust in every domain, each in its own members only.
 */
final class Secrets {
  static final String TYPE = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

  private static final String CERTIFICATE = "default";
  private static final String OWN_TRUST = "ROOTCA";
  private static final String ALL_TRUST = "ALL";
  private static final String VALIDATOR = "envoy.tls.cert_validator.spiffe";
  private static final String VALIDATOR_TYPE =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig";

  /** What who names nothing wants. */
  static final List<String> ALL = List.of(CERTIFICATE, OWN_TRUST, ALL_TRUST);

  private Secrets() {}

  /** A secret of an incremental answer; the version is a digest, the same in every stream. */
  static Resource resource(String name, Any secret) {
    return Resource.newBuilder()
        .setName(name)
        .setVersion(version(secret.getValue().toByteArray()))
        .setResource(secret)
        .build();
  }

  private static String version(byte[] secret) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(secret), 0, 16);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  /** The named secrets; all where none is named. Null where one is not this workload's. */
  static @Nullable List<Any> named(Set<String> names, Identity.Ready identity) {
    List<Any> secrets = new ArrayList<>();
    for (String name : names.isEmpty() ? ALL : List.copyOf(names)) {
      Secret secret = named(name, identity);
      if (secret == null) {
        return null;
      }
      secrets.add(Any.newBuilder().setTypeUrl(TYPE).setValue(secret.toByteString()).build());
    }
    return List.copyOf(secrets);
  }

  private static @Nullable Secret named(String name, Identity.Ready identity) {
    if (name.equals(CERTIFICATE) || name.equals(identity.certificate().workload().toString())) {
      return certificate(name, identity);
    }
    Map<String, Bundle> believed = new LinkedHashMap<>();
    TrustDomain own = identity.own().trustDomain();
    if (name.equals(OWN_TRUST) || name.equals(id(own))) {
      believed.put(own.name(), identity.own());
      return trust(name, believed);
    }
    Map<String, Bundle> others = new TreeMap<>();
    identity
        .federated()
        .forEach(
            (domain, bundle) -> {
              // Envoy refuses the whole secret for one domain without authority
              if (!bundle.x509Authorities().isEmpty()) {
                others.put(domain.name(), bundle);
              }
            });
    if (name.equals(ALL_TRUST)) {
      believed.put(own.name(), identity.own());
      believed.putAll(others);
      return trust(name, believed);
    }
    for (Map.Entry<String, Bundle> other : others.entrySet()) {
      if (name.equals("spiffe://" + other.getKey())) {
        believed.put(other.getKey(), other.getValue());
        return trust(name, believed);
      }
    }
    return null;
  }

  private static String id(TrustDomain domain) {
    return "spiffe://" + domain.name();
  }

  private static Secret certificate(String name, Identity.Ready identity) {
    return Secret.newBuilder()
        .setName(name)
        .setTlsCertificate(
            TlsCertificate.newBuilder()
                .setCertificateChain(source(Certificates.pem(identity.certificate().chain())))
                .setPrivateKey(source(keyPem(identity.certificate().key().getEncoded()))))
        .build();
  }

  private static Secret trust(String name, Map<String, Bundle> believed) {
    SPIFFECertValidatorConfig.Builder validator = SPIFFECertValidatorConfig.newBuilder();
    believed.forEach(
        (domain, bundle) ->
            validator.addTrustDomains(
                SPIFFECertValidatorConfig.TrustDomain.newBuilder()
                    .setName(domain)
                    .setTrustBundle(source(Certificates.pem(bundle.x509Authorities())))));
    return Secret.newBuilder()
        .setName(name)
        .setValidationContext(
            CertificateValidationContext.newBuilder()
                .setCustomValidatorConfig(
                    TypedExtensionConfig.newBuilder()
                        .setName(VALIDATOR)
                        .setTypedConfig(
                            Any.newBuilder()
                                .setTypeUrl(VALIDATOR_TYPE)
                                .setValue(validator.build().toByteString()))))
        .build();
  }

  private static String keyPem(byte[] pkcs8) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8)
        + "\n-----END PRIVATE KEY-----\n";
  }

  private static DataSource source(String pem) {
    return DataSource.newBuilder().setInlineBytes(ByteString.copyFromUtf8(pem)).build();
  }
}
