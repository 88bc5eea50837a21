package io.mintmark.evidence;

import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a trust domain's bundle comes from, as its document says; equal origins share one source.
 * Files are named as in the document, so relative to the policy folder.
 */
public sealed interface BundleOrigin {
  TrustDomain trustDomain();

  /** The broker's own key ring. */
  record Own(TrustDomain trustDomain) implements BundleOrigin {}

  /** A file in the policy folder. */
  record File(TrustDomain trustDomain, String file) implements BundleOrigin {}

  /**
   * A bundle endpoint authenticated by Web PKI (SPIFFE Federation section 5.2.1).
   *
   * @param caFile certificate authorities in place of the system's; null where those are meant
   */
  record WebEndpoint(
      TrustDomain trustDomain, String url, @Nullable String caFile, List<String> allowAddresses)
      implements BundleOrigin {
    public WebEndpoint {
      allowAddresses = List.copyOf(allowAddresses);
    }
  }

  /**
   * A bundle endpoint authenticated by its own SVID (SPIFFE Federation section 5.2.2).
   *
   * @param spiffeId whom the endpoint's certificate must name
   * @param bootstrapFile the bundle to begin with
   */
  record SpiffeEndpoint(
      TrustDomain trustDomain,
      String url,
      WorkloadId spiffeId,
      String bootstrapFile,
      List<String> allowAddresses)
      implements BundleOrigin {
    public SpiffeEndpoint {
      allowAddresses = List.copyOf(allowAddresses);
    }
  }

  /** A SPIFFE Workload API such as {@code unix:///run/spire/agent.sock}. */
  record WorkloadApi(TrustDomain trustDomain, String address) implements BundleOrigin {}
}
