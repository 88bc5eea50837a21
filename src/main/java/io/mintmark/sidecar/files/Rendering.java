package io.mintmark.sidecar.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Certificates;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes the bytes of files. */
final class Rendering {
  /** The name of the only file where the path is the file itself. */
  static final String ITSELF = "";

  private static final JsonFactory JSON = new JsonFactory();

  private Rendering() {}

  /** The files by name, in the order in which they are written. */
  static Map<String, byte[]> of(Content content, Holdings holdings) throws NotWritable {
    return switch (content) {
      case Content.Token(Wanted token) -> only(holdings.token(token).value());
      case Content.Header(Wanted token) -> only("Authorization: " + bearer(holdings, token) + "\n");
      case Content.Json(Wanted credential) -> only(json(holdings, credential));
      case Content.ExecCredential(Wanted token) -> only(execCredential(holdings.token(token)));
      case Content.Fixed(String text) -> only(text);
      case Content.Env env -> only(lines(env, holdings));
      case Content.Template template -> only(Templates.render(template, holdings));
      case Content.Pem pem -> pem(pem, holdings);
      case Content.Pkcs12 stores -> KeyStores.of(stores, holdings);
      case Content.TrustBundle bundle -> Map.of(ITSELF, bundle(bundle, holdings));
    };
  }

  static String bearer(Holdings holdings, Wanted token) {
    return "Bearer " + holdings.token(token).value();
  }

  /** PKCS #8 without a password (RFC 7468 section 10), as spiffe-helper writes it. */
  static String key(Held.Certificate svid) {
    byte[] der = svid.key().getEncoded();
    String base64 = java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    java.util.Arrays.fill(der, (byte) 0);
    java.util.Arrays.fill(der, (byte) 0);
    return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
  }

  private static Map<String, byte[]> only(String text) {
    return Map.of(ITSELF, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String json(Holdings holdings, Wanted credential) {
    Map<String, Object> members = new LinkedHashMap<>(Fields.of(credential, holdings));
    members.remove("header");
    return written(members);
  }

  /** The {@code ExecCredential} of {@code client.authentication.k8s.io/v1}, in one line. */
  private static String execCredential(Held.Token token) {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("expirationTimestamp", token.expiresAt().truncatedTo(ChronoUnit.SECONDS).toString());
    status.put("token", token.value());
    Map<String, Object> credential = new LinkedHashMap<>();
    credential.put("apiVersion", "client.authentication.k8s.io/v1");
    credential.put("kind", "ExecCredential");
    credential.put("status", status);
    return written(credential);
  }

  /** One line of JSON. An object mapper would cost more memory than all that is held. */
  private static String written(Map<String, Object> members) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      write(members, json);
    } catch (IOException bug) {
      throw new IllegalStateException("a string can be written to", bug);
    }
    return line + "\n";
  }

  private static void write(Object value, JsonGenerator json) throws IOException {
    switch (value) {
      case String text -> json.writeString(text);
      case List<?> list -> {
        json.writeStartArray();
        for (Object one : list) {
          write(one, json);
        }
        json.writeEndArray();
      }
      case Map<?, ?> members -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> member : members.entrySet()) {
          json.writeFieldName(String.valueOf(member.getKey()));
          write(member.getValue(), json);
        }
        json.writeEndObject();
      }
      default -> throw new IllegalStateException("fields are strings, lists and objects");
    }
  }

  private static String lines(Content.Env env, Holdings holdings) throws NotWritable {
    StringBuilder lines = new StringBuilder();
    for (Content.Variable variable : env.variables()) {
      String value =
          variable.header()
              ? bearer(holdings, variable.token())
              : holdings.token(variable.token()).value();
      lines.append(variable.name()).append('=').append(quoted(value)).append('\n');
    }
    return lines.toString();
  }

  /** Words that a shell and systemd read alike stand bare, others in single quotes. */
  static String quoted(String value) throws NotWritable {
    if (value.matches("[A-Za-z0-9._~+/:@%=-]+")) {
      return value;
    }
    if (!value.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '\'' && c != '\\')) {
      throw new NotWritable("the value holds a character that no environment file can hold");
    }
    return "'" + value + "'";
  }

  private static Map<String, byte[]> pem(Content.Pem pem, Holdings holdings) throws NotWritable {
    Held.Certificate svid = holdings.certificate(pem.svid());
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(pem.key(), key(svid));
    texts.put(pem.certificate(), Certificates.pem(svid.chain()));
    texts.put(pem.bundle(), Certificates.pem(holdings.authorities(svid, pem.federated())));
    return texts.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                text -> text.getValue().getBytes(StandardCharsets.US_ASCII),
                (first, second) -> first,
                LinkedHashMap::new));
  }

  private static byte[] bundle(Content.TrustBundle wanted, Holdings holdings) throws NotWritable {
    Bundle bundle = holdings.bundle(wanted.trustDomain());
    return wanted.pem()
        ? Certificates.pem(bundle.x509Authorities()).getBytes(StandardCharsets.US_ASCII)
        : bundle.toJson();
  }
}
