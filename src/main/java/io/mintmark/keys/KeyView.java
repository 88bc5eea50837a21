package io.mintmark.keys;

import io.mintmark.workload.SignatureAlgorithm;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sees of a key.
 *
 * @param id the {@code kid} of a token key (RFC 7638 thumbprint); the same form for every key of
 *     our own; for an intermediate from files the lower-case hex SHA-256 of its certificates
 * @param notBefore when it was first published
 * @param notAfter when its certificate ends; null where it has none
 * @param age how long it has been in its state
 */
public record KeyView(
    KeyUse use,
    String id,
    SignatureAlgorithm algorithm,
    KeyState state,
    Instant notBefore,
    @Nullable Instant notAfter,
    Duration age) {}
