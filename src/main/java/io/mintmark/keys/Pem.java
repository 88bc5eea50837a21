package io.mintmark.keys;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Textual encodings of RFC 7468, read strictly: blocks and blank lines, nothing around or between.
 */
public final class Pem {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private Pem() {}

  /** One block; the bytes may be a secret, so it prints only its label. */
  public record Block(String label, byte[] der) {
    @Override
    public String toString() {
      return "Block[" + label + ", redacted]";
    }
  }

  public static String encode(String label, byte[] der) {
    return BEGIN
        + label
        + DASHES
        + "\n"
        + LINES.encodeToString(der)
        + "\n"
        + END
        + label
        + DASHES
        + "\n";
  }

  /**
   * All blocks in order. Throws {@link IllegalArgumentException}, whose message holds nothing of
   * the text.
   */
  public static List<Block> decode(byte[] text) {
    for (byte b : text) {
      if (b != '\n' && b != '\r' && b != '\t' && (b < ' ' || b > '~')) {
        throw new IllegalArgumentException("PEM has a byte that is not printable ASCII");
      }
    }
    List<Block> blocks = new ArrayList<>();
    String label = null;
    StringBuilder body = new StringBuilder();
    for (String raw : new String(text, StandardCharsets.US_ASCII).split("\n", -1)) {
      String line = raw.strip();
      if (label == null) {
        if (line.isEmpty()) {
          continue;
        }
        label = label(line, BEGIN);
      } else if (line.startsWith(DASHES)) {
        if (!label.equals(label(line, END))) {
          throw new IllegalArgumentException(
              "PEM block ends with another label than it began with");
        }
        blocks.add(new Block(label, body(body)));
        body.setLength(0);
        label = null;
      } else {
        body.append(line);
      }
    }
    if (label != null) {
      throw new IllegalArgumentException("PEM block has no end");
    }
    return blocks;
  }

  private static String label(String line, String start) {
    if (!line.startsWith(start)
        || !line.endsWith(DASHES)
        || line.length() <= start.length() + DASHES.length()) {
      throw new IllegalArgumentException("PEM has text outside its blocks");
    }
    return line.substring(start.length(), line.length() - DASHES.length());
  }

  private static byte[] body(CharSequence body) {
    try {
      return Base64.getDecoder().decode(body.toString());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("PEM block is not base64"); // the cause would quote it
    }
  }
}
