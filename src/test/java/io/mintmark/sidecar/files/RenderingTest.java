package io.mintmark.sidecar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.sidecar.held.Held;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Certificates;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each format as its readers expect it. */
class RenderingTest {
  @TempDir Path folder;
  private final Hand hand = new Hand();

  @AfterEach
  void close() {
    hand.close();
  }

  private Holdings holdings(Held.Certificate svid) {
    hand.giveBundle();
    return new Holdings(
        Map.of(Hand.LEDGER, hand.token("a.b-c_d", 60), Hand.IDENTITY, svid), hand.bundles());
  }

  private String single(Content content) throws NotWritable {
    Map<String, byte[]> files = Rendering.of(content, holdings(hand.certificate()));
    assertThat(files).containsOnlyKeys(Rendering.ITSELF);
    return new String(files.get(Rendering.ITSELF), StandardCharsets.UTF_8);
  }

  @Test
  void aTokenHasNoEndOfLineAndAHeaderHas() throws NotWritable {
    assertThat(single(new Content.Token(Hand.LEDGER))).isEqualTo("a.b-c_d");
    assertThat(single(new Content.Header(Hand.LEDGER)))
        .isEqualTo("Authorization: Bearer a.b-c_d\n");
  }

  @Test
  void jsonSaysWhatIsKnownOfATokenAndNoKeyOfACertificate() throws Exception {
    JsonNode token = new ObjectMapper().readTree(single(new Content.Json(Hand.LEDGER)));
    assertThat(token.fieldNames())
        .toIterable()
        .containsExactly(
            "type", "token", "expires_at", "expires_at_epoch", "spiffe_id", "scope", "scopes");
    assertThat(token.path("scope").asText()).isEqualTo("ledger:read");
    JsonNode svid = new ObjectMapper().readTree(single(new Content.Json(Hand.IDENTITY)));
    assertThat(svid.fieldNames())
        .toIterable()
        .containsExactly(
            "type", "expires_at", "expires_at_epoch", "spiffe_id", "serial_number", "not_before");
  }

  @Test
  void anEnvironmentFileMeansTheSameToAShell() throws Exception {
    Content.Env env =
        new Content.Env(
            List.of(
                new Content.Variable("PLAIN", Hand.LEDGER, false),
                new Content.Variable("HEADER", Hand.LEDGER, true)));
    Path file = Files.writeString(folder.resolve("env"), single(env));
    Process shell =
        new ProcessBuilder("sh", "-c", ". " + file + "; printf '%s|%s' \"$PLAIN\" \"$HEADER\"")
            .start();

    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("a.b-c_d|Bearer a.b-c_d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nLD_PRELOAD=/x", "a'b", "a\\b", "a\u0000b", "a\rb", "é"})
  void aValueThatAShellAndSystemdWouldReadDifferentlyIsRefused(String value) {
    assertThatThrownBy(() -> Rendering.quoted(value)).isInstanceOf(NotWritable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"$(id)", "`id`", "a b", "$HOME", "a;b", "#a", "\"a\""})
  void whatAShellWouldActOnStandsInSingleQuotes(String value) throws NotWritable {
    assertThat(Rendering.quoted(value)).isEqualTo("'" + value + "'");
  }

  @Test
  void pemFilesAreWhatSpiffeHelperWrites() throws Exception {
    Held.Certificate svid = hand.certificate();
    Map<String, byte[]> files =
        Rendering.of(
            new Content.Pem(Hand.IDENTITY, "svid.pem", "key.pem", "bundle.pem", false),
            holdings(svid));

    assertThat(files).containsOnlyKeys("svid.pem", "key.pem", "bundle.pem");
    assertThat(Certificates.parse(files.get("svid.pem"), 8)).isEqualTo(svid.chain());
    assertThat(new String(files.get("key.pem"), StandardCharsets.US_ASCII))
        .startsWith("-----BEGIN PRIVATE KEY-----\n")
        .endsWith("\n-----END PRIVATE KEY-----\n");
    assertThat(Certificates.parse(files.get("bundle.pem"), 8)).hasSize(1);
  }

  @Test
  void storesOpenWithThePasswordOfTheFileAndNoOther() throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "open sesame\n");
    Held.Certificate svid = hand.certificate();
    Map<String, byte[]> files =
        Rendering.of(new Content.Pkcs12(Hand.IDENTITY, password, "svid", false), holdings(svid));

    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(new ByteArrayInputStream(files.get("keystore.p12")), "open sesame".toCharArray());
    assertThat(keys.getKey("svid", "open sesame".toCharArray())).isEqualTo(svid.key());
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(new ByteArrayInputStream(files.get("truststore.p12")), "open sesame".toCharArray());
    assertThat(trust.isCertificateEntry("authority-1")).isTrue();
    assertThatThrownBy(
            () ->
                keys.load(
                    new ByteArrayInputStream(files.get("keystore.p12")), "other".toCharArray()))
        .isInstanceOf(java.io.IOException.class);
  }

  @Test
  void anEmptyPasswordIsRefused() throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "\nsecond line");
    Held.Certificate svid = hand.certificate();

    assertThatThrownBy(
            () ->
                Rendering.of(
                    new Content.Pkcs12(Hand.IDENTITY, password, "svid", false), holdings(svid)))
        .isInstanceOf(NotWritable.class)
        .hasMessageContaining("empty line");
  }

  @Test
  void aBundleIsSpiffesJsonOrPem() throws Exception {
    String json = single(new Content.TrustBundle(Hand.ID.trustDomain(), false));
    assertThat(
            Bundle.parse(Hand.ID.trustDomain(), json.getBytes(StandardCharsets.UTF_8)).sequence())
        .isEqualTo(7);
    assertThat(single(new Content.TrustBundle(Hand.ID.trustDomain(), true)))
        .startsWith("-----BEGIN CERTIFICATE-----");
  }

  @Test
  void anIdentityWhoseAuthoritiesAreUnknownIsNotWritten() {
    Holdings without = new Holdings(Map.of(Hand.IDENTITY, hand.certificate()), Map.of());

    assertThatThrownBy(
            () ->
                Rendering.of(
                    new Content.Pem(Hand.IDENTITY, "svid.pem", "key.pem", "bundle.pem", false),
                    without))
        .isInstanceOf(NotWritable.class);
  }
}
