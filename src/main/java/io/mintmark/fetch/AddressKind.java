package io.mintmark.fetch;

import java.net.InetAddress;
import java.util.List;

/**
 * What an address is for, after the IANA special-purpose registries (RFC 6890). All but {@link
 * #GLOBAL} are refused unless allowed, since a URL that leads to one reaches our own machine or
 * network in a stranger's name (SSRF).
 */
public enum AddressKind {
  GLOBAL("a public address"),
  LOOPBACK("a loopback address"),
  PRIVATE("a private address"),
  /** Where clouds keep their metadata service: never opened by a host name. */
  LINK_LOCAL("a link-local address"),
  MULTICAST("a multicast address"),
  UNSPECIFIED("an unspecified address"),
  RESERVED("a reserved address"),
  /** An IPv6 address that tunnels to an IPv4 address of somebody's choice. */
  TUNNEL("a tunnel to another address");

  private record Range(AddressRange addresses, AddressKind kind) {}

  /** The first range that holds an address tells its kind. */
  private static final List<Range> SPECIAL =
      List.of(
          range("0.0.0.0/8", UNSPECIFIED),
          range("10.0.0.0/8", PRIVATE),
          // where Alibaba keeps its metadata service
          range("100.100.100.200/32", LINK_LOCAL),
          range("100.64.0.0/10", PRIVATE),
          range("127.0.0.0/8", LOOPBACK),
          range("169.254.0.0/16", LINK_LOCAL),
          range("172.16.0.0/12", PRIVATE),
          range("192.0.0.0/24", RESERVED),
          range("192.0.2.0/24", RESERVED),
          range("192.88.99.0/24", TUNNEL),
          range("192.168.0.0/16", PRIVATE),
          range("198.18.0.0/15", RESERVED),
          range("198.51.100.0/24", RESERVED),
          range("203.0.113.0/24", RESERVED),
          // Azure's metadata and DNS service, which is public by its number only
          range("168.63.129.16/32", LINK_LOCAL),
          range("224.0.0.0/4", MULTICAST),
          range("240.0.0.0/4", RESERVED),
          range("::/128", UNSPECIFIED),
          range("::1/128", LOOPBACK),
          range("::/96", TUNNEL),
          range("::ffff:0:0:0/96", TUNNEL),
          range("64:ff9b:1::/48", TUNNEL),
          range("100::/64", RESERVED),
          range("2001::/23", TUNNEL),
          range("2001:db8::/32", RESERVED),
          range("2002::/16", TUNNEL),
          range("3fff::/20", RESERVED),
          range("5f00::/16", RESERVED),
          // where AWS keeps its metadata service
          range("fd00:ec2::/32", LINK_LOCAL),
          range("fd20:ce::/32", LINK_LOCAL),
          // and Oracle and Scaleway theirs
          range("fd00:c1::/32", LINK_LOCAL),
          range("fd00:42::42/128", LINK_LOCAL),
          range("fc00::/7", PRIVATE),
          range("fe80::/10", LINK_LOCAL),
          range("fec0::/10", PRIVATE),
          range("ff00::/8", MULTICAST));

  /** NAT64 (RFC 6052): the last 32 bits are the IPv4 address that is really reached. */
  private static final AddressRange NAT64 = AddressRange.parse("64:ff9b::/96");

  private static final AddressRange GLOBAL_UNICAST_V6 = AddressRange.parse("2000::/3");

  private final String description;

  AddressKind(String description) {
    this.description = description;
  }

  /** What an address is for. */
  public static AddressKind of(InetAddress address) {
    InetAddress reached = AddressRange.unwrapped(address, NAT64);
    for (Range special : SPECIAL) {
      if (special.addresses.contains(reached)) {
        return special.kind;
      }
    }
    boolean v6 = reached.getAddress().length == 16;
    return v6 && !GLOBAL_UNICAST_V6.contains(reached) ? RESERVED : GLOBAL;
  }

  /** Whether an allowed host name may lead here; otherwise the address itself must be allowed. */
  boolean openedByName() {
    return switch (this) {
      case GLOBAL, LOOPBACK, PRIVATE -> true;
      case LINK_LOCAL, MULTICAST, UNSPECIFIED, RESERVED, TUNNEL -> false;
    };
  }

  String description() {
    return description;
  }

  private static Range range(String cidr, AddressKind kind) {
    return new Range(AddressRange.parse(cidr), kind);
  }
}
