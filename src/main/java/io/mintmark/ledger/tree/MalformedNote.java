package io.mintmark.ledger.tree;

/** A note, key, proof or edge that does not parse, or a note whose signature does not hold. */
public final class MalformedNote extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedNote(String message) {
    super(message);
  }
}
