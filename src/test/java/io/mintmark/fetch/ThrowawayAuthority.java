package io.mintmark.fetch;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that lives as long as a test. */
public final class ThrowawayAuthority {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String name;
  private final KeyPair keys = keyPair();
  private final Instant now;
  private final X509Certificate certificate;

  /**
   * @param now certificates of servers are valid from an hour before to an hour after, the
   *     authority's own and SVIDs a year
   * @param uri of the authority's own SAN, such as {@code spiffe://x}; empty for none
   */
  public ThrowawayAuthority(String name, Instant now, String uri) throws Exception {
    this.name = name;
    this.now = now;
    GeneralName[] names =
        uri.isEmpty()
            ? new GeneralName[0]
            : new GeneralName[] {new GeneralName(GeneralName.uniformResourceIdentifier, uri)};
    this.certificate = sign(name, keys, true, Duration.ofDays(365), names);
  }

  public static ThrowawayAuthority web(Instant now) throws Exception {
    return new ThrowawayAuthority("throwaway web CA", now, "");
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public Path pem(Path folder) throws Exception {
    Path file = folder.resolve(name.replace(' ', '-') + ".pem");
    Files.writeString(file, pem(certificate));
    return file;
  }

  public static String pem(X509Certificate certificate) throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  /** A certificate of no authority. */
  public X509Certificate leaf() throws Exception {
    return sign("leaf", keyPair(), false, Duration.ofHours(1), names("leaf.example.org"));
  }

  /** TLS of a server for host names and IP addresses. */
  public SSLContext server(String... hosts) throws Exception {
    return server(Duration.ofHours(1), names(hosts));
  }

  public SSLContext expiredServer(String... hosts) throws Exception {
    return server(Duration.ofMinutes(-1), names(hosts));
  }

  /** TLS of a server with an X.509-SVID. */
  public SSLContext svidServer(String spiffeId) throws Exception {
    return server(
        Duration.ofDays(365),
        new GeneralName[] {new GeneralName(GeneralName.uniformResourceIdentifier, spiffeId)});
  }

  private SSLContext server(Duration validity, GeneralName[] names) throws Exception {
    KeyPair leaf = keyPair();
    X509Certificate chain = sign("server", leaf, false, validity, names);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("server", leaf.getPrivate(), new char[0], new X509Certificate[] {chain});
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private X509Certificate sign(
      String subject, KeyPair subjectKeys, boolean ca, Duration validity, GeneralName[] names)
      throws Exception {
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=" + name),
            new BigInteger(64, RANDOM),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(validity)),
            new X500Name("CN=" + subject),
            subjectKeys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
    builder.addExtension(
        Extension.keyUsage,
        true,
        new KeyUsage(ca ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
    if (names.length > 0) {
      builder.addExtension(
          Extension.subjectAlternativeName, subject.isEmpty(), new GeneralNames(names));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }

  private static GeneralName[] names(String... hosts) {
    GeneralName[] names = new GeneralName[hosts.length];
    for (int i = 0; i < hosts.length; i++) {
      boolean address = AddressRange.isIpv4(hosts[i]);
      names[i] = new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, hosts[i]);
    }
    return names;
  }

  private static KeyPair keyPair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
    return generator.generateKeyPair();
  }
}
