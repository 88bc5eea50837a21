package io.mintmark.sidecar.clients;

import io.mintmark.sidecar.plan.Section;
import io.mintmark.workload.Characters;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values of a document that go into another program's configuration. Each must be one value there
 * and no more: a line break in a database's name would be a setting of its own.
 */
final class Values {
  private static final int MAX_BYTES = 1024;

  private final Section to;
  private final List<String> unspeakable;

  /**
   * @param unspeakable what the configuration's format gives a meaning within a value
   */
  Values(Section to, String... unspeakable) {
    this.to = to;
    this.unspeakable = List.of(unspeakable);
  }

  String text(String name, String otherwise) {
    return checked(name, to.text(name, otherwise));
  }

  @Nullable String optional(String name) {
    return to.has(name) ? text(name, "") : null;
  }

  /** An absolute path; the folder that the document stands in is a part of it. */
  @Nullable Path optionalPath(String name) {
    return to.has(name) ? checked(name, to.path(name)) : null;
  }

  Path checked(String name, Path path) {
    checked(name, path.toString());
    return path;
  }

  /** An address that begins with https and names a host, without a user, a query or a fragment. */
  String https(String name) {
    String text = text(name, "");
    try {
      URI uri = new URI(text);
      if ("https".equals(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return text;
      }
    } catch (URISyntaxException malformed) {
      // said below
    }
    to.error(name, "it has the form https://host:port, perhaps with a path");
    return text;
  }

  private String checked(String name, String value) {
    boolean plain =
        !value.isEmpty()
            && value.length() <= MAX_BYTES
            && value.equals(value.strip())
            && value.codePoints().allMatch(Characters::isShown);
    if (!plain) {
      to.error(name, "it must be one line of visible characters");
    }
    for (String part : unspeakable) {
      if (value.contains(part)) {
        to.error(name, "it holds \"" + part + "\", which the client's configuration cannot");
      }
    }
    return value;
  }
}
