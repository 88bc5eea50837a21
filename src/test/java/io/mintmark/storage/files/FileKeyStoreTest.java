package io.mintmark.storage.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.keys.KeyRing;
import io.mintmark.keys.KeySettings;
import io.mintmark.keys.KeyUse;
import io.mintmark.keys.KeyView;
import io.mintmark.keys.TestRing;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileKeyStoreTest {
  @TempDir Path data;

  @Test
  void aRingComesBackAsItWas() throws Exception {
    KeyRing ring = open();
    ring.prepare(KeyUse.JWT_SVID, SignatureAlgorithm.ES256, TestRing.START);
    ring.demand(
        Set.of(SignatureAlgorithm.EDDSA, SignatureAlgorithm.PS256, SignatureAlgorithm.ES384),
        TestRing.START);
    List<KeyView> before = ring.views(TestRing.START);
    byte[] jwks = ring.jwks();
    KeyRing again =
        open(SignatureAlgorithm.EDDSA, SignatureAlgorithm.PS256, SignatureAlgorithm.ES384);
    assertThat(again.views(TestRing.START)).isEqualTo(before);
    assertThat(again.jwks()).isEqualTo(jwks);
    assertThat(again.bundle()).isEqualTo(ring.bundle());
    assertThat(again.checkpointKey().publicKey().getEncoded())
        .isEqualTo(ring.checkpointKey().publicKey().getEncoded());
  }

  @Test
  void theFolderAndEveryFileAreTheOwnersAlone() throws Exception {
    open();
    assertThat(mode(keys())).isEqualTo("rwx------");
    assertThat(files()).hasSize(5).allSatisfy(f -> assertThat(mode(f)).isEqualTo("rw-------"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rwxr-x---",
        "rwxrwx---",
        "rwx--x---",
        "rwx---r-x",
        "rwx-----x",
        "rwxrwxrwx",
        "rwx-w----",
        "rwx----w-",
        "rwxr-----"
      })
  void aFolderOpenToOthersIsRefused(String mode) throws Exception {
    open();
    Files.setPosixFilePermissions(keys(), PosixFilePermissions.fromString(mode));
    assertRefused("is open to others (" + mode + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rw-r-----",
        "rw-rw----",
        "rw----r--",
        "rw-r--r--",
        "rw-rw-rw-",
        "rw--w----",
        "rw-----w-",
        "rw---x---",
        "rw------x",
        "rwxrwxrwx"
      })
  void aKeyFileOpenToOthersIsRefused(String mode) throws Exception {
    open();
    Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString(mode));
    assertRefused("is open to others (" + mode + ")");
  }

  @Test
  void aManifestOpenToOthersIsRefused() throws Exception {
    open();
    Files.setPosixFilePermissions(manifest(), PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused("ring.json\" is open to others");
  }

  @Test
  void aFolderOfAnotherUserIsRefused() throws Exception {
    open();
    UserPrincipal other =
        data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    assertThatThrownBy(() -> new PrivateFolder(keys(), other).prepare())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not to the user that runs the broker");
  }

  @Test
  void aLinkInPlaceOfAKeyFileIsRefused() throws Exception {
    open();
    Path key = keyFile();
    Path elsewhere = data.resolve("elsewhere.pem");
    Files.move(key, elsewhere);
    Files.createSymbolicLink(key, elsewhere);
    assertRefused("is a link or no file");
  }

  @Test
  void aLinkInPlaceOfTheManifestIsRefused() throws Exception {
    open();
    Path elsewhere = data.resolve("elsewhere.json");
    Files.move(manifest(), elsewhere);
    Files.createSymbolicLink(manifest(), elsewhere);
    assertRefused("is a link or no file");
  }

  @Test
  void aLinkInPlaceOfTheFolderIsRefused() throws Exception {
    Path elsewhere = Files.createDirectory(data.resolve("elsewhere"));
    Files.createSymbolicLink(keys(), elsewhere);
    assertRefused("is a link or no folder");
  }

  @Test
  void aFileInPlaceOfTheFolderIsRefused() throws Exception {
    Files.createFile(
        keys(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    assertRefused("is a link or no folder");
  }

  @Test
  void aFolderInPlaceOfAKeyFileIsRefused() throws Exception {
    open();
    Path key = keyFile();
    Files.delete(key);
    Files.createDirectory(key);
    assertRefused("is a link or no file");
  }

  @Test
  void aMissingKeyFileIsRefused() throws Exception {
    open();
    Files.delete(keyFile());
    assertRefused("is missing: restore it from a backup");
  }

  @Test
  void keysWithoutTheirManifestAreRefusedAndKept() throws Exception {
    open();
    Files.delete(manifest());
    assertRefused("has keys and no ring.json");
    assertThat(files()).hasSize(4);
  }

  @Test
  void aKeyUnderAnothersNameIsRefused() throws Exception {
    open(SignatureAlgorithm.ES384);
    List<Path> keys = files().stream().filter(f -> f.toString().endsWith(".pem")).toList();
    byte[] first = Files.readAllBytes(keys.get(0));
    Files.write(keys.get(0), Files.readAllBytes(keys.get(1)));
    Files.write(keys.get(1), first);
    assertRefused("cannot be used");
  }

  @Test
  void aPrivateHalfThatDoesNotBelongIsRefused() throws Exception {
    KeyRing ring = open();
    String token = ring.tokenKey(null).id();
    String svid = ring.svidKey().id();
    Path one = keys().resolve(token + ".pem");
    Path other = keys().resolve(svid + ".pem");
    String mixed = half(other, "PRIVATE KEY") + half(one, "PUBLIC KEY");
    Files.writeString(one, mixed);
    assertRefused("fails its self-check");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "{}",
        "[]",
        "null",
        "{\"version\":2,\"sequence\":1,\"keys\":[]}",
        "{\"version\":1,\"keys\":[]}",
        "{\"version\":1,\"sequence\":\"1\",\"keys\":[]}",
        "{\"version\":1,\"sequence\":1,\"keys\":{}}",
        "{\"version\":1,\"sequence\":1,\"keys\":[1]}",
        "{\"version\":1,\"sequence\":1,\"keys\":[{}]}",
        "{\"version\":1,\"sequence\":1,\"keys\":[{\"id\":\"../../../../../../../../../etc/passwdxxxxxxxxxxx\"}]}",
        "{\"version\":1,\"sequence\":1,\"keys\":[{\"id\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"use\":\"all\"}]}",
      })
  void aBrokenManifestIsRefusedAndNoKeyErased(String json) throws Exception {
    open();
    Files.writeString(manifest(), json);
    assertRefused("restore it from a backup");
    assertThat(files()).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN PRIVATE KEY-----",
        "MIG",
        "\u0000\u0001",
        "-----BEGIN X-----\nAAAA\n-----END X-----"
      })
  void aBrokenKeyFileIsRefusedWithoutAByteOfIt(String text) throws Exception {
    open();
    Files.writeString(keyFile(), text, StandardCharsets.ISO_8859_1);
    assertRefused("cannot be used");
  }

  @Test
  void whatACrashLeftIsErased() throws Exception {
    KeyRing ring = open();
    Path unfinished = keys().resolve("ring.json.unfinished");
    Path orphan = keys().resolve("B".repeat(43) + ".pem");
    Files.writeString(unfinished, "{");
    Files.copy(keyFile(), orphan);
    KeyRing again = open();
    assertThat(again.views(TestRing.START)).isEqualTo(ring.views(TestRing.START));
    assertThat(Files.exists(unfinished)).isFalse();
    assertThat(Files.exists(orphan)).isFalse();
  }

  @Test
  void aCrashBeforeTheFirstManifestStartsAnew() throws Exception {
    new FileKeyStore(keys()).load();
    Files.copy(manifest(), keys().resolve("C".repeat(43) + ".pem"));
    assertThat(open().views(TestRing.START)).hasSize(4);
    assertThat(files()).hasSize(5);
  }

  @Test
  void aRevokedKeysFileIsErased() throws Exception {
    KeyRing ring = open();
    ring.prepare(KeyUse.ACCESS_TOKEN, SignatureAlgorithm.ES256, TestRing.START);
    assertThat(files()).hasSize(6);
    String prepared =
        ring.views(TestRing.START).stream()
            .filter(v -> v.state().word().equals("prepared"))
            .findFirst()
            .orElseThrow()
            .id();
    ring.revoke(KeyUse.ACCESS_TOKEN, prepared, TestRing.START);
    assertThat(Files.exists(keys().resolve(prepared + ".pem"))).isFalse();
  }

  @Test
  void nothingPrintsASecret() throws Exception {
    KeyRing ring = open();
    assertThat(ring.checkpointKey().toString()).contains("redacted");
    assertThat(ring.tokenKey(null).toString()).contains("redacted");
    assertThat(ring.authority(TestRing.START).toString()).contains("redacted");
    assertThat(Files.readString(manifest())).doesNotContain("PRIVATE");
  }

  private KeyRing open(SignatureAlgorithm... demanded) throws IOException {
    return KeyRing.open(
        KeySettings.defaults(TestRing.DOMAIN),
        new FileKeyStore(keys()),
        Set.of(demanded),
        () -> 0L,
        TestRing.START);
  }

  private void assertRefused(String sentence) {
    assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining(sentence);
  }

  private Path keys() {
    return data.resolve("keys");
  }

  private Path manifest() {
    return keys().resolve("ring.json");
  }

  private Path keyFile() throws IOException {
    return files().stream().filter(f -> f.toString().endsWith(".pem")).findFirst().orElseThrow();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(keys())) {
      return files.sorted().toList();
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static String half(Path pem, String label) throws IOException {
    String text = Files.readString(pem);
    String end = "-----END " + label + "-----\n";
    int start = text.indexOf("-----BEGIN " + label);
    return text.substring(start, text.indexOf(end) + end.length());
  }
}
