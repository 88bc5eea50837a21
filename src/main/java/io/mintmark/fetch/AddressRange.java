package io.mintmark.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A block of addresses: an address and how many of its leading bits count (RFC 4632). */
record AddressRange(InetAddress first, int prefix) {
  private static final Pattern IPV4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");
  private static final Pattern PREFIX = Pattern.compile("0|[1-9]\\d{0,2}");

  /** Parses {@code address} or {@code address/prefix}; throws {@link IllegalArgumentException}. */
  static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
    int bits = address.getAddress().length * 8;
    if (slash < 0) {
      return new AddressRange(address, bits);
    }
    String prefix = text.substring(slash + 1);
    if (!PREFIX.matcher(prefix).matches() || Integer.parseInt(prefix) > bits) {
      throw new IllegalArgumentException("\"" + text + "\" is no address range");
    }
    return new AddressRange(address, Integer.parseInt(prefix));
  }

  /**
   * An address in its one usual form; octal, hexadecimal, shortened and zoned forms are refused,
   * since parsers disagree on what they mean.
   */
  static InetAddress literal(String text) {
    if (!isIpv4(text) && !(text.indexOf(':') >= 0 && IPV6.matcher(text).matches())) {
      throw new IllegalArgumentException("\"" + text + "\" is no IP address");
    }
    return InetAddress.ofLiteral(text);
  }

  static boolean isIpv4(String text) {
    if (!IPV4.matcher(text).matches()) {
      return false;
    }
    for (String octet : text.split("\\.", -1)) {
      if (Integer.parseInt(octet) > 255) {
        return false;
      }
    }
    return true;
  }

  boolean contains(InetAddress address) {
    byte[] mine = first.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    int whole = prefix / 8;
    if (!Arrays.equals(mine, 0, whole, other, 0, whole)) {
      return false;
    }
    int rest = prefix % 8;
    return rest == 0 || ((mine[whole] ^ other[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
  }

  /** The IPv4 address that an IPv6 address of {@code embedding} or a mapped one stands for. */
  static InetAddress unwrapped(InetAddress address, AddressRange embedding) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4 || !(embedding.contains(address) || isMapped(bytes))) {
      return address;
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** {@code ::ffff:a.b.c.d} (RFC 4291 section 2.5.5.2), were Java ever to keep one as IPv6. */
  private static boolean isMapped(byte[] bytes) {
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
  }
}
