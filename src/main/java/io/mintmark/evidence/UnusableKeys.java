package io.mintmark.evidence;

/** Bytes that hold no usable key; the message is for operators. */
public final class UnusableKeys extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int MAX_LENGTH = 300;

  public UnusableKeys(String message) {
    super(printable(message), null, false, false);
  }

  private static String printable(String message) {
    String head = message.length() > MAX_LENGTH ? message.substring(0, MAX_LENGTH) : message;
    return head.replaceAll("\\p{Cntrl}", "?");
  }
}
