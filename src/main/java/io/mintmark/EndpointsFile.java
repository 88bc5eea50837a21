package io.mintmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.api.oauth.Struck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * {@code DATA/endpoints.json}: the addresses in use, while they are, and {@code
 * DATA/broker-bundle.pem}, what the server's certificate ends at, for clients on this machine.
 */
record EndpointsFile(Path data) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENDPOINTS = "endpoints.json";
  private static final String BUNDLE = "broker-bundle.pem";

  void write(Setup setup, List<X509Certificate> serverRoots) throws IOException {
    ObjectNode endpoints = JSON.createObjectNode();
    endpoints.put("https", setup.https().url("https").toString());
    Listen http = setup.http();
    if (http != null) {
      endpoints.put("http", http.url("http").toString());
    }
    endpoints.put("management", setup.management().url("http").toString());
    endpoints.put("issuer", setup.issuer());
    endpoints.put("pid", ProcessHandle.current().pid());
    writeRoots(serverRoots);
    replace(ENDPOINTS, endpoints.toPrettyString() + "\n");
  }

  /** Nothing is written where the certificate is an operator's, whose roots clients know. */
  void writeRoots(List<X509Certificate> serverRoots) throws IOException {
    if (serverRoots.isEmpty()) {
      Files.deleteIfExists(data.resolve(BUNDLE));
    } else {
      replace(BUNDLE, Struck.pem(serverRoots));
    }
  }

  void remove() throws IOException {
    Files.deleteIfExists(data.resolve(ENDPOINTS));
  }

  /** Written aside and moved, so that nobody reads half of it. */
  private void replace(String name, String text) throws IOException {
    Path aside =
        Files.createTempFile(
            data,
            "." + name,
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(aside, text, StandardCharsets.UTF_8);
    Files.move(
        aside,
        data.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
