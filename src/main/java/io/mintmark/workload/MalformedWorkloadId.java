package io.mintmark.workload;

/** A string that is not a SPIFFE ID or trust domain name; the message says which rule it breaks. */
public final class MalformedWorkloadId extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public MalformedWorkloadId(String message) {
    super(message);
  }
}
