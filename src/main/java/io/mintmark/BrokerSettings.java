package io.mintmark;

import io.mintmark.keys.KeySettings;
import io.mintmark.ledger.JournalSettings;
import io.mintmark.workload.TrustDomain;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a broker is made of, checked and compiled from configuration.
 *
 * @param issuer the issuer identifier, an https URL without query and fragment
 * @param policy the policy folder
 * @param dev whether the development authorities of the data folder are believed
 * @param waitingExchanges how many exchanges may wait for keys at a time
 * @param singleUseProofs how many single-use proofs are remembered at a time
 * @param keyAge how old keys fetched from elsewhere may grow while their source is away
 * @param refusalsPerSecond above this, refusals are summed in the ledger
 * @param kubeconfig of the cluster that the broker runs in; null for its pod's service account
 */
record BrokerSettings(
    String issuer,
    TrustDomain trustDomain,
    Path data,
    Path policy,
    boolean dev,
    Cluster cluster,
    KeySettings keys,
    JournalSettings journal,
    int waitingExchanges,
    int singleUseProofs,
    @Nullable Duration keyAge,
    int refusalsPerSecond,
    @Nullable Path kubeconfig) {}
