package io.mintmark.sidecar.files;

import io.mintmark.sidecar.held.Held;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** PKCS #12 stores as the JDK reads and writes them, encrypted with AES under one password. */
final class KeyStores {
  private static final int MAX_PASSWORD = 1024;

  private KeyStores() {}

  static Map<String, byte[]> of(Content.Pkcs12 wanted, Holdings holdings) throws NotWritable {
    Held.Certificate svid = holdings.certificate(wanted.svid());
    char[] password = password(wanted.passwordFile());
    try {
      KeyStore keys = empty();
      keys.setKeyEntry(
          wanted.alias(), svid.key(), password, svid.chain().toArray(Certificate[]::new));
      KeyStore trust = empty();
      int number = 1;
      for (X509Certificate authority : holdings.authorities(svid, wanted.federated())) {
        trust.setCertificateEntry("authority-" + number++, authority);
      }
      Map<String, byte[]> files = new LinkedHashMap<>();
      files.put("keystore.p12", bytes(keys, password));
      files.put("truststore.p12", bytes(trust, password));
      return files;
    } catch (GeneralSecurityException | IOException bug) {
      throw new IllegalStateException("a PKCS #12 store cannot be made", bug);
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static byte[] bytes(KeyStore store, char[] password)
      throws GeneralSecurityException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, password);
    return out.toByteArray();
  }

  /** The file's first line. */
  private static char[] password(Path file) throws NotWritable {
    byte[] bytes;
    try {
      bytes = SmallFile.read(file, MAX_PASSWORD);
    } catch (IOException unreadable) {
      throw new NotWritable("the password cannot be read: " + unreadable.getMessage());
    }
    try {
      CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
      int length = 0;
      while (length < decoded.length()
          && decoded.charAt(length) != '\n'
          && decoded.charAt(length) != '\r') {
        length++;
      }
      if (length == 0) {
        throw new NotWritable("password file \"" + file + "\" begins with an empty line");
      }
      char[] password = new char[length];
      decoded.get(password);
      Arrays.fill(decoded.array(), '\0');
      return password;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
