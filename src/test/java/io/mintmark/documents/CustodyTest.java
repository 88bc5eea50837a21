package io.mintmark.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever can write policy decides who gets what. */
class CustodyTest {
  @TempDir private Path temporary;
  private Path folder;
  private UserPrincipal me;

  @BeforeEach
  void aFolderOfMine() throws IOException {
    folder = Files.createDirectory(temporary.resolve("policy"));
    Files.writeString(folder.resolve("a.yaml"), resource());
    Files.createDirectory(folder.resolve("bundles"));
    Files.writeString(folder.resolve("bundles/prod.json"), "{}");
    for (String path : new String[] {"", "bundles"}) {
      mode(path, "rwxr-xr-x");
    }
    for (String path : new String[] {"a.yaml", "bundles/prod.json"}) {
      mode(path, "rw-r--r--");
    }
    me = Files.getOwner(folder);
  }

  @Test
  void whatIsMineAlonePasses() throws Exception {
    FolderSource source = new FolderSource(folder, Custody.of(me));
    assertThat(source.load().documents()).hasSize(1);
    assertThat(source.read("bundles/prod.json", 10)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "'',       rwxrwxr-x, policy folder can be written by others (rwxrwxr-x)",
    "'',       rwxr-xrwx, policy folder can be written by others (rwxr-xrwx)",
    "'',       rwxrwxrwx, 'chmod go-w, or mount it read-only'",
    "a.yaml,   rw-rw-r--, can be written by others (rw-rw-r--)",
    "a.yaml,   rw-r--rw-, can be written by others (rw-r--rw-)",
    "a.yaml,   rw-----w-, can be written by others (rw-----w-)"
  })
  void documentsThatOthersCanWriteAreNotRead(String path, String mode, String message)
      throws Exception {
    mode(path, mode);
    assertThatThrownBy(() -> new FolderSource(folder, Custody.of(me)).load())
        .isInstanceOf(DocumentErrors.class)
        .hasMessageContaining(message);
    assertThat(new FolderSource(folder).load().documents()).as("in --dev").hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"'', rwxrwxr-x", "bundles, rwxrwxrwx", "bundles/prod.json, rw-rw----"})
  void aBundleThatOthersCanWriteIsNotRead(String path, String mode) throws Exception {
    FolderSource source = new FolderSource(folder, Custody.of(me));
    mode(path, mode);
    assertThatThrownBy(() -> source.read("bundles/prod.json", 10))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("can be written by others")
        .hasMessageContaining(folder.resolve(path).toRealPath().toString());
  }

  @Test
  void whatBelongsToAnotherUserIsNotRead() throws Exception {
    UserPrincipal other =
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("54321");
    Custody others = Custody.of(Set.of(other), path -> true);
    assertThatThrownBy(() -> new FolderSource(folder, others).load())
        .hasMessageContaining("policy folder belongs to \"" + me.getName() + "\", neither root");
    assertThatThrownBy(() -> new FolderSource(folder, others).read("a.yaml", 9_999))
        .hasMessageContaining("belongs to \"" + me.getName());
  }

  /** A ConfigMap's folder has mode 0777, its links too; what keeps others out is the mount. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConfigMapIsReadWhereItsMountIsReadOnly(boolean readOnly) throws Exception {
    Path mount = Files.createDirectory(temporary.resolve("mount"));
    Path data = Files.createDirectory(mount.resolve("..2026_11_22_12_00_00.1"));
    Files.writeString(data.resolve("policy.yaml"), resource());
    Files.writeString(data.resolve("prod.json"), "{}");
    Files.createSymbolicLink(mount.resolve("..data"), data.getFileName());
    for (String name : new String[] {"policy.yaml", "prod.json"}) {
      Files.createSymbolicLink(mount.resolve(name), Path.of("..data", name));
    }
    Files.setPosixFilePermissions(mount, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    Predicate<Path> mounted = path -> readOnly;
    FolderSource source = new FolderSource(mount, Custody.of(Set.of(me), mounted));
    if (readOnly) {
      assertThat(source.load().documents()).hasSize(1);
      assertThat(source.read("prod.json", 10)).hasSize(2);
    } else {
      assertThatThrownBy(source::load).hasMessageContaining("mount it read-only");
    }
  }

  @Test
  void aLinkInsideTheFolderIsJudgedByWhereItLeads() throws Exception {
    Files.createSymbolicLink(folder.resolve("link.json"), Path.of("bundles/prod.json"));
    FolderSource source = new FolderSource(folder, Custody.of(me));
    assertThat(source.read("link.json", 10)).hasSize(2);
    mode("bundles", "rwxrwxrwx");
    assertThatThrownBy(() -> source.read("link.json", 10))
        .hasMessageContaining("can be written by others");
  }

  private void mode(String path, String mode) throws IOException {
    Files.setPosixFilePermissions(folder.resolve(path), PosixFilePermissions.fromString(mode));
  }

  private static String resource() {
    return """
    apiVersion: mintmark.io/v1
    kind: Resource
    metadata: {name: a}
    spec: {owner: a, audience: "https://a.example.org", scopes: [read]}
    """;
  }
}
