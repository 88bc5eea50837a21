package io.mintmark.sidecar.plan;

import io.mintmark.workload.TrustDomain;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the broker is and how it is known.
 *
 * @param addresses {@code https://host:port}, tried in turn
 * @param issuer what proofs are addressed to
 * @param timeout of one call, from its start to its whole answer
 */
public record BrokerPlan(List<URI> addresses, String issuer, BrokerTrust trust, Duration timeout) {
  public BrokerPlan {
    addresses = List.copyOf(addresses);
  }

  /** Whom to believe to be the broker. */
  public sealed interface BrokerTrust {
    /**
     * Who shows an X.509-SVID with the broker's SPIFFE ID.
     *
     * @param bundle the file to begin with; what the broker streams later replaces it
     * @param kept where that is kept for the next start; null where it is not
     * @param bound the only content of the file that counts; null where any does
     */
    record Spiffe(TrustDomain trustDomain, Path bundle, @Nullable Path kept, @Nullable Sha256 bound)
        implements BrokerTrust {}

    /**
     * Who shows a certificate for the address's host name that ends at these authorities.
     *
     * @param kept where those that the broker names later are kept for the next start; null where
     *     they are not
     * @param bound the only content of the file that counts; null where any does
     */
    record Authorities(Path caFile, @Nullable Path kept, @Nullable Sha256 bound)
        implements BrokerTrust {}

    /** Who shows a certificate for the address's host name that the system believes. */
    record SystemAuthorities() implements BrokerTrust {}
  }
}
