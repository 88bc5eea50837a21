package io.mintmark.fetch;

import org.jspecify.annotations.Nullable;

/**
 * A GET of one configured URL.
 *
 * @param url {@code https://host[:port]/path}, never one that a token or a caller names
 * @param tokenFile holds a bearer token, read at each fetch; null where none is sent
 * @param allowed the special addresses that this URL may reach
 * @param plainHttp also allows {@code http}, only to a loopback address that is allowed
 */
public record FetchRequest(
    String url,
    TlsTrust trust,
    @Nullable LocalFile tokenFile,
    AllowedAddresses allowed,
    boolean plainHttp) {

  /** A GET without a token, trusting the system's roots and reaching public addresses only. */
  public static FetchRequest of(String url) {
    return new FetchRequest(url, new TlsTrust.SystemRoots(), null, AllowedAddresses.NONE, false);
  }

  public FetchRequest to(String otherUrl) {
    return new FetchRequest(otherUrl, trust, tokenFile, allowed, plainHttp);
  }

  public FetchRequest trusting(TlsTrust other) {
    return new FetchRequest(url, other, tokenFile, allowed, plainHttp);
  }

  public FetchRequest withTokenFile(@Nullable LocalFile file) {
    return new FetchRequest(url, trust, file, allowed, plainHttp);
  }

  public FetchRequest allowing(AllowedAddresses addresses) {
    return new FetchRequest(url, trust, tokenFile, addresses, plainHttp);
  }

  public FetchRequest allowingPlainHttp() {
    return new FetchRequest(url, trust, tokenFile, allowed, true);
  }

  /** Whether both URLs have the same scheme, host and port; false where either is refused. */
  public boolean sameOriginAs(FetchRequest other) {
    try {
      return TargetUrl.parse(url).origin().equals(TargetUrl.parse(other.url).origin());
    } catch (FetchRefused malformed) {
      return false;
    }
  }
}
