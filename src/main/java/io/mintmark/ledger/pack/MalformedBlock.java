package io.mintmark.ledger.pack;

import java.io.IOException;

/** A packed segment is not made of blocks, or one of them is damaged. */
public final class MalformedBlock extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedBlock(String message) {
    super(message);
  }
}
