package io.mintmark.keys;

/** How an operator's command on the ring ended. */
public sealed interface KeyCommand {
  /** It is done and durable; the key as it was left, or as it was when removed. */
  record Done(KeyView key) implements KeyCommand {}

  /** It was not done; the message says why and what to do. */
  record Refused(String message) implements KeyCommand {}
}
