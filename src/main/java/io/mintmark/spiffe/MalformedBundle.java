package io.mintmark.spiffe;

/** Bytes that are no SPIFFE bundle. */
public final class MalformedBundle extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedBundle(String message) {
    super(message);
  }
}
