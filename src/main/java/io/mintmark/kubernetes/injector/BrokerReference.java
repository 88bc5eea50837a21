package io.mintmark.kubernetes.injector;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The broker that injected sidecars call.
 *
 * @param url as in a Sidecar document: one or several
 * @param issuer what the evidence is addressed to
 * @param trust how its certificate is known
 */
record BrokerReference(JsonNode url, String issuer, Trust trust) {
  sealed interface Trust {
    /** The authorities of the image. */
    record Image() implements Trust {}

    /**
     * Those of a file of the injector's, given to each pod as they are when it is made; the sidecar
     * learns newer ones from the broker where the trust domain is named.
     */
    record Authorities(Path file, @Nullable String trustDomain) implements Trust {}

    /** Those of a ClusterTrustBundle, which the kubelet keeps current. */
    record ClusterBundle(String name, @Nullable String trustDomain) implements Trust {}
  }
}
