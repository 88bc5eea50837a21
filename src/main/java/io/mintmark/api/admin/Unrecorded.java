package io.mintmark.api.admin;

import java.io.IOException;

/** The record of an operators' call could not be made durable, so the call is not answered. */
public final class Unrecorded extends IOException {
  private static final long serialVersionUID = 1L;

  public Unrecorded(String message) {
    super(message);
  }
}
