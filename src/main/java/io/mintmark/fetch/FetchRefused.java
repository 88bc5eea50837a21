package io.mintmark.fetch;

/** Carries a failure from where it shows to the door of {@link Fetcher}. */
final class FetchRefused extends Exception {
  private static final long serialVersionUID = 1L;
  private final FetchFailure failure;
  private final String detail;

  FetchRefused(FetchFailure failure, String detail) {
    super(detail, null, false, false);
    this.failure = failure;
    this.detail = detail;
  }

  FetchResult.Failed result() {
    return new FetchResult.Failed(failure, detail);
  }
}
