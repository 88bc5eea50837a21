package io.mintmark.storage.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.keys.AuthorityCertificates;
import io.mintmark.keys.KeptKey;
import io.mintmark.keys.KeyRingStore.Contents;
import io.mintmark.keys.KeyState;
import io.mintmark.keys.KeyUse;
import io.mintmark.keys.SigningKey;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The states of a key store's keys in JSON: nothing secret. */
final class Manifest {
  private static final int VERSION = 1;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Manifest() {}

  /** Gives the private half of a key. */
  interface Keys {
    SigningKey of(String id, SignatureAlgorithm algorithm) throws IOException;
  }

  static byte[] write(Contents contents) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION).put("sequence", contents.sequence());
    ArrayNode keys = root.putArray("keys");
    for (KeptKey key : contents.keys()) {
      ObjectNode node =
          keys.addObject()
              .put("id", key.id())
              .put("use", key.use().word())
              .put("algorithm", key.algorithm().word())
              .put("state", key.state().word())
              .put("published_at", key.publishedAt().toString())
              .put("since", key.since().toString())
              .put("external", key.external());
      AuthorityCertificates certificates = key.certificates();
      if (certificates != null) {
        put(node.putArray("issuer"), List.of(certificates.issuer()));
        put(node.putArray("chain"), certificates.chain());
        put(node.putArray("roots"), certificates.roots());
      }
    }
    return JSON.writeValueAsBytes(root);
  }

  /** Throws {@link IllegalArgumentException} for what is no manifest. */
  static Contents read(byte[] json, Keys source) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
    if (root.path("version").asInt() != VERSION) {
      throw new IllegalArgumentException("not of version " + VERSION);
    }
    if (!root.path("sequence").isIntegralNumber() || !root.path("keys").isArray()) {
      throw new IllegalArgumentException("no sequence or no keys");
    }
    List<KeptKey> keys = new ArrayList<>();
    for (JsonNode node : root.path("keys")) {
      keys.add(key(node, source));
    }
    return new Contents(root.path("sequence").asLong(), keys);
  }

  private static KeptKey key(JsonNode node, Keys source) throws IOException {
    String id = text(node, "id");
    if (!id.matches("[A-Za-z0-9_-]{43,64}")) {
      throw new IllegalArgumentException("a key's id is not one");
    }
    KeyUse use = known(KeyUse.ofWord(text(node, "use")), "use");
    SignatureAlgorithm algorithm =
        known(SignatureAlgorithm.ofWord(text(node, "algorithm")), "algorithm");
    boolean external = node.path("external").asBoolean();
    return new KeptKey(
        id,
        use,
        algorithm,
        known(KeyState.ofWord(text(node, "state")), "state"),
        time(node, "published_at"),
        time(node, "since"),
        external ? null : source.of(id, algorithm),
        use == KeyUse.X509_AUTHORITY ? certificates(node) : null,
        external);
  }

  private static AuthorityCertificates certificates(JsonNode node) {
    List<X509Certificate> issuer = list(node.path("issuer"));
    if (issuer.size() != 1) {
      throw new IllegalArgumentException("an X.509 authority has no certificate");
    }
    return new AuthorityCertificates(
        issuer.getFirst(), list(node.path("chain")), list(node.path("roots")));
  }

  private static List<X509Certificate> list(JsonNode array) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> certificates = new ArrayList<>();
      for (JsonNode node : array) {
        byte[] der = Base64.getDecoder().decode(node.asText());
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
      return certificates;
    } catch (CertificateException e) {
      throw new IllegalArgumentException("a certificate cannot be read", e);
    }
  }

  private static void put(ArrayNode array, List<X509Certificate> certificates) throws IOException {
    for (X509Certificate certificate : certificates) {
      try {
        array.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
      } catch (CertificateException e) {
        throw new IOException("a certificate cannot be written", e);
      }
    }
  }

  private static <T> T known(Optional<T> value, String what) {
    return value.orElseThrow(() -> new IllegalArgumentException("a key's " + what + " is unknown"));
  }

  private static String text(JsonNode node, String name) {
    @Nullable String text = node.path(name).textValue();
    if (text == null) {
      throw new IllegalArgumentException("a key has no " + name);
    }
    return text;
  }

  private static Instant time(JsonNode node, String name) {
    try {
      return Instant.parse(text(node, name));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("a key's " + name + " is not a time", e);
    }
  }
}
