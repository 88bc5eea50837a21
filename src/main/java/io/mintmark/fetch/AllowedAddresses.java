package io.mintmark.fetch;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The special addresses that a document's {@code allowAddresses} opens. A host name opens loopback
 * and private addresses for that host alone; link-local addresses, where clouds keep their metadata
 * service, and all others must be named as IP address or range.
 */
public final class AllowedAddresses {
  public static final AllowedAddresses NONE = new AllowedAddresses(Set.of(), List.of());

  private final Set<String> names;
  private final List<AddressRange> ranges;

  private AllowedAddresses(Set<String> names, List<AddressRange> ranges) {
    this.names = names;
    this.ranges = ranges;
  }

  /**
   * Parses host names, IP addresses and CIDR ranges; throws {@link IllegalArgumentException} with a
   * sentence for the document's author.
   */
  public static AllowedAddresses of(Collection<String> entries) {
    var byKind = entries.stream().collect(Collectors.partitioningBy(TargetUrl::isName));
    return new AllowedAddresses(
        byKind.getOrDefault(true, List.of()).stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet()),
        byKind.getOrDefault(false, List.of()).stream().map(AllowedAddresses::range).toList());
  }

  boolean permit(String host, InetAddress address) {
    AddressKind kind = AddressKind.of(address);
    return kind == AddressKind.GLOBAL
        || (kind.openedByName() && names.contains(host))
        || ranges.stream().anyMatch(range -> range.contains(address));
  }

  private static AddressRange range(String entry) {
    try {
      return AddressRange.parse(entry);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "allowAddresses: \"" + entry + "\" is no host name, IP address or CIDR range", e);
    }
  }
}
