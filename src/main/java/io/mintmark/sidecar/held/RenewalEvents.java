package io.mintmark.sidecar.held;

/** What is told of renewals, for logs and metrics; none may wait. */
public interface RenewalEvents {
  void renewed(Wanted wanted, Held held);

  void failed(Wanted wanted, NotObtained failure);

  /** The last credential expired before there was another. */
  void lost(Wanted wanted);

  void failedUnexpectedly(Wanted wanted, Throwable bug);
}
