package io.mintmark.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.jspecify.annotations.Nullable;

/** The client's side of TLS: whom it trusts, and the certificate it shows. */
public final class ClientTls {
  private static final char[] NO_PASSWORD = new char[0];

  private ClientTls() {}

  /**
   * The TLS of a client.
   *
   * @param trusted the authorities that the broker's certificate must end at; null for the system's
   * @param identity the certificate shown; null for none
   */
  public static SSLContext context(
      @Nullable Collection<X509Certificate> trusted, @Nullable Identity identity)
      throws GeneralSecurityException, IOException {
    TrustManager[] trust = null;
    if (trusted != null) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int index = 0;
      for (X509Certificate authority : trusted) {
        store.setCertificateEntry("authority-" + index++, authority);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      trust = factory.getTrustManagers();
    }
    KeyManager[] keys = null;
    if (identity != null) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "identity", identity.key(), NO_PASSWORD, identity.chain().toArray(Certificate[]::new));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      keys = factory.getKeyManagers();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust, null);
    return context;
  }

  /** A certificate chain, leaf first, and its key. */
  public record Identity(List<X509Certificate> chain, PrivateKey key) {
    public Identity {
      chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
      return "Identity[redacted]";
    }

    static Identity read(Path chain, Path key) throws IOException, GeneralSecurityException {
      return new Identity(certificates(chain), privateKey(key));
    }
  }

  /** The certificates of a PEM file, at least one. */
  public static List<X509Certificate> certificates(Path pem)
      throws IOException, GeneralSecurityException {
    byte[] text = UserFiles.read(pem);
    try {
      List<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(text))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (CertificateException malformed) {
      // said below
    }
    throw new IOException("\"" + pem + "\" holds no certificate in PEM");
  }

  private static PrivateKey privateKey(Path pem) throws IOException {
    byte[] text = UserFiles.read(pem);
    try (PEMParser parser =
        new PEMParser(new StringReader(new String(text, StandardCharsets.ISO_8859_1)))) {
      Object parsed = parser.readObject();
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
      if (parsed instanceof PrivateKeyInfo info) {
        return converter.getPrivateKey(info);
      }
      if (parsed instanceof PEMKeyPair pair) {
        return converter.getKeyPair(pair).getPrivate();
      }
    } catch (IOException malformed) {
      // said below, without what the file holds
    }
    throw new IOException("\"" + pem + "\" holds no private key in PEM that is not encrypted");
  }
}
