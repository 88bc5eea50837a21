package io.mintmark.storage.jdbc;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the projection is kept. */
public sealed interface StoreAddress {
  /** Nowhere: the projection is off. */
  record Off() implements StoreAddress {}

  /** H2 in a folder of this broker's own. */
  record Embedded(Path folder) implements StoreAddress {
    public Embedded {
      if (folder.toString().indexOf(';') >= 0) {
        throw new IllegalArgumentException(
            "the store's folder \""
                + folder
                + "\" has a ; in its name, which H2 reads as settings");
      }
    }
  }

  /**
   * PostgreSQL.
   *
   * @param url {@code jdbc:postgresql://…}, without credentials
   */
  record PostgreSql(String url, @Nullable String user, @Nullable String password)
      implements StoreAddress {
    @Override
    public String toString() {
      return "PostgreSql[" + url + ", redacted]";
    }
  }

  /**
   * Parses the setting {@code mintmark.store.url}.
   *
   * @param setting {@code off}, {@code embedded} or {@code
   *     postgresql://USER:PASSWORD@HOST/DATABASE}; TLS with a verified name is asked for unless the
   *     host is this one or {@code sslmode} says otherwise
   * @param data the broker's data folder; the embedded store is in its {@code store}
   * @throws IllegalArgumentException with a sentence for the operator that holds no credential
   */
  static StoreAddress parse(String setting, Path data) {
    return switch (setting.strip()) {
      case "off" -> new Off();
      case "embedded" -> new Embedded(data.toAbsolutePath().resolve("store"));
      default -> postgreSql(setting.strip());
    };
  }

  private static PostgreSql postgreSql(String setting) {
    String text = setting.startsWith("jdbc:") ? setting.substring(5) : setting;
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException _) {
      throw refused();
    }
    String host = uri.getHost();
    String path = uri.getRawPath();
    if (!Set.of("postgresql", "postgres").contains(String.valueOf(uri.getScheme()))
        || host == null
        || path == null
        || path.length() < 2
        || uri.getRawFragment() != null) {
      throw refused();
    }
    String user = null;
    String password = null;
    if (uri.getRawUserInfo() != null) {
      String[] parts = uri.getRawUserInfo().split(":", 2);
      user = decoded(parts[0]);
      password = parts.length == 2 ? decoded(parts[1]) : null;
    }
    List<String> parameters = new ArrayList<>();
    boolean tlsIsChosen = false;
    for (String parameter : query(uri)) {
      String[] pair = parameter.split("=", 2);
      String value = pair.length == 2 ? pair[1] : "";
      switch (pair[0]) {
        case "user" -> user = decoded(value);
        case "password" -> password = decoded(value);
        default -> {
          tlsIsChosen |= pair[0].equals("sslmode") || pair[0].equals("ssl");
          parameters.add(parameter);
        }
      }
    }
    if (!tlsIsChosen && !Set.of("localhost", "127.0.0.1", "[::1]").contains(host)) {
      parameters.add("sslmode=verify-full");
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String query = parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
    return new PostgreSql("jdbc:postgresql://" + host + port + path + query, user, password);
  }

  private static List<String> query(URI uri) {
    String query = uri.getRawQuery();
    return query == null || query.isEmpty() ? List.of() : List.of(query.split("&", -1));
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw refused();
    }
  }

  private static IllegalArgumentException refused() {
    return new IllegalArgumentException(
        "the store's URL is neither \"off\" nor \"embedded\""
            + " nor like \"postgresql://user:password@host/database\"");
  }
}
