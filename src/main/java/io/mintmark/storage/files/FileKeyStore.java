package io.mintmark.storage.files;

import io.mintmark.keys.KeptKey;
import io.mintmark.keys.KeyRingStore;
import io.mintmark.keys.SigningKey;
import io.mintmark.keys.SoftwareKey;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keys in a folder of their own (0700): one PEM file (0600) a key, PKCS #8 and its public half, and
 * {@code ring.json} with the states. A key's file is complete before {@code ring.json} names it and
 * goes after {@code ring.json} has forgotten it, so a crash at any point leaves one of the two
 * states and at most a file too many, which the next load erases.
 */
public final class FileKeyStore implements KeyRingStore {
  static final String MANIFEST = "ring.json";
  private static final String SUFFIX = ".pem";
  private final PrivateFolder folder;

  /**
   * @param folder made where it is not there
   */
  public FileKeyStore(Path folder) {
    this.folder = new PrivateFolder(folder);
  }

  @Override
  public Contents load() throws IOException {
    folder.prepare();
    List<String> names = folder.names();
    for (String name : names) {
      if (PrivateFolder.isUnfinished(name)) {
        folder.delete(name);
      }
    }
    List<String> keyFiles = names.stream().filter(name -> name.endsWith(SUFFIX)).toList();
    if (!names.contains(MANIFEST)) {
      if (!keyFiles.isEmpty()) {
        throw new IOException(
            "key store \"%s\" has keys and no %s: restore it from a backup, or move the folder away to begin with new keys"
                .formatted(folder, MANIFEST));
      }
      folder.write(MANIFEST, Manifest.write(Contents.EMPTY));
      return Contents.EMPTY;
    }
    Contents contents = manifest();
    eraseAllBut(contents, keyFiles);
    return contents;
  }

  @Override
  public SigningKey generate(SignatureAlgorithm algorithm) {
    return SoftwareKey.generate(algorithm);
  }

  @Override
  public void save(Contents contents) throws IOException {
    List<String> names = folder.names();
    for (KeptKey key : contents.keys()) {
      if (!key.external() && !names.contains(key.id() + SUFFIX)) {
        folder.write(key.id() + SUFFIX, pem(key));
      }
    }
    folder.write(MANIFEST, Manifest.write(contents));
    eraseAllBut(contents, names.stream().filter(name -> name.endsWith(SUFFIX)).toList());
  }

  @Override
  public String toString() {
    return "FileKeyStore[" + folder + "]";
  }

  private Contents manifest() throws IOException {
    byte[] json = folder.read(MANIFEST);
    try {
      return Manifest.read(json, this::key);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "key store \"%s\" has a broken %s (%s): restore it from a backup"
              .formatted(folder, MANIFEST, e.getMessage()),
          e);
    }
  }

  private SigningKey key(String id, SignatureAlgorithm algorithm) throws IOException {
    String name = id + SUFFIX;
    byte[] text = folder.read(name);
    try {
      return SoftwareKey.fromPem(id, algorithm, text);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "key file \"%s\" in \"%s\" cannot be used (%s): restore it from a backup"
              .formatted(name, folder, e.getMessage()),
          e);
    }
  }

  private static byte[] pem(KeptKey kept) throws IOException {
    if (!(kept.key() instanceof SoftwareKey key)) {
      throw new IOException("key \"" + kept.id() + "\" is not one that files can keep");
    }
    return key.toPem();
  }

  private void eraseAllBut(Contents contents, List<String> keyFiles) throws IOException {
    Set<String> wanted = new HashSet<>();
    contents.keys().forEach(key -> wanted.add(key.id() + SUFFIX));
    List<String> extra = new ArrayList<>(keyFiles);
    extra.removeAll(wanted);
    for (String name : extra) {
      folder.delete(name);
    }
  }
}
