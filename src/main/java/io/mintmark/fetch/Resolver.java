package io.mintmark.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host name; called once a fetch, so that what was checked is used. */
@FunctionalInterface
public interface Resolver {
  List<InetAddress> resolve(String host) throws UnknownHostException;

  /** The operating system's resolver. */
  static Resolver system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
