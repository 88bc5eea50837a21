package io.mintmark.api;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** A list of networks, each {@code address} or {@code address/prefix}. An empty list is nobody. */
public final class Networks {
  public static final Networks NONE = new Networks(List.of());

  private final List<Network> networks;

  private Networks(List<Network> networks) {
    this.networks = List.copyOf(networks);
  }

  /** Parses literal addresses; throws {@link IllegalArgumentException} that names the bad one. */
  public static Networks parse(List<String> texts) {
    List<Network> networks = new ArrayList<>();
    for (String text : texts) {
      networks.add(network(text.strip()));
    }
    return new Networks(networks);
  }

  public boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    return networks.stream().anyMatch(network -> network.contains(bytes));
  }

  public boolean isEmpty() {
    return networks.isEmpty();
  }

  /** A literal IPv4 or IPv6 address; never looks a name up. */
  static InetAddress literal(String text) {
    boolean shaped =
        !text.isEmpty()
            && text.length() <= 45
            && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':')
            && (text.indexOf(':') >= 0 || text.chars().filter(c -> c == '.').count() == 3);
    try {
      if (shaped) {
        return InetAddress.ofLiteral(text);
      }
    } catch (IllegalArgumentException notAnAddress) {
      // falls through to the one message
    }
    throw new IllegalArgumentException("\"" + Text.shown(text) + "\" is not an IP address");
  }

  private static Network network(String text) {
    int slash = text.indexOf('/');
    byte[] address = literal(slash < 0 ? text : text.substring(0, slash)).getAddress();
    int bits = address.length * Byte.SIZE;
    int prefix = bits;
    if (slash >= 0) {
      try {
        prefix = Integer.parseInt(text.substring(slash + 1));
      } catch (NumberFormatException notANumber) {
        prefix = -1;
      }
    }
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException(
          "\"" + Text.shown(text) + "\" has no usable prefix length");
    }
    return new Network(address, prefix);
  }

  private record Network(byte[] address, int prefix) {
    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      int whole = prefix / Byte.SIZE;
      for (int i = 0; i < whole; i++) {
        if (other[i] != address[i]) {
          return false;
        }
      }
      int rest = prefix % Byte.SIZE;
      return rest == 0 || ((other[whole] ^ address[whole]) & (0xff << (Byte.SIZE - rest))) == 0;
    }
  }

  /** The address of four or sixteen bytes. */
  static InetAddress ofBytes(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
    }
  }
}
