package io.mintmark.keys;

/** No usable signing authority; the message says which and what to do. */
public final class KeysUnavailable extends Exception {
  private static final long serialVersionUID = 1L;

  public KeysUnavailable(String message) {
    super(message);
  }
}
