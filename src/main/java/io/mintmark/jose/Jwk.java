package io.mintmark.jose;

import io.mintmark.workload.SignatureAlgorithm;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * A public key of a JWK set (RFC 7517).
 *
 * @param algorithm the {@code alg} member where it is there and known: the key verifies no other
 * @param certificate the first certificate of {@code x5c}; null where there is none
 */
public record Jwk(
    @Nullable String keyId,
    @Nullable String use,
    @Nullable SignatureAlgorithm algorithm,
    PublicKey key,
    @Nullable X509Certificate certificate) {}
