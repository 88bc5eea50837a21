package io.mintmark.spiffe;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Certificates as PEM (RFC 7468) and as concatenated DER, which is how the Workload API has them.
 */
public final class Certificates {
  private static final int MAX_BYTES = 1 << 20;
  private static final String BEGIN = "-----BEGIN ";
  private static final String LABEL = "CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";

  private Certificates() {}

  /**
   * Parses PEM or DER of 1 to {@code limit} certificates and at most 1 MiB. Text outside PEM blocks
   * is passed over; a block of another kind, such as a private key, is refused.
   */
  public static List<X509Certificate> parse(byte[] bytes, int limit) throws MalformedCertificate {
    if (bytes.length > MAX_BYTES) {
      throw new MalformedCertificate("the certificates are larger than 1 MiB");
    }
    List<X509Certificate> certificates =
        bytes.length > 0 && bytes[0] == 0x30 ? der(bytes, limit) : pem(bytes, limit);
    if (certificates.isEmpty()) {
      throw new MalformedCertificate("there is no certificate");
    }
    return List.copyOf(certificates);
  }

  /** The certificates in PEM, in their order. */
  public static String pem(List<X509Certificate> certificates) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    StringBuilder pem = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      try {
        pem.append(BEGIN)
            .append(LABEL)
            .append('\n')
            .append(lines.encodeToString(certificate.getEncoded()))
            .append('\n')
            .append(END)
            .append('\n');
      } catch (CertificateEncodingException e) {
        throw new IllegalArgumentException("the certificate cannot be encoded", e);
      }
    }
    return pem.toString();
  }

  private static List<X509Certificate> pem(byte[] bytes, int limit) throws MalformedCertificate {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<X509Certificate> certificates = new ArrayList<>();
    int at = text.indexOf(BEGIN);
    while (at >= 0) {
      int body = at + BEGIN.length() + LABEL.length();
      int end = text.indexOf(END, at);
      if (!text.startsWith(LABEL, at + BEGIN.length()) || end < body) {
        throw new MalformedCertificate("a PEM block is not a whole certificate");
      }
      byte[] der;
      try {
        der = Base64.getDecoder().decode(text.substring(body, end).replaceAll("[\\r\\n\\t ]", ""));
      } catch (IllegalArgumentException e) {
        throw new MalformedCertificate("a PEM block is not base64");
      }
      List<X509Certificate> one = der(der, 1);
      if (one.size() != 1) {
        throw new MalformedCertificate("a PEM block is empty");
      }
      add(certificates, one.getFirst(), limit);
      at = text.indexOf(BEGIN, end + END.length());
    }
    return certificates;
  }

  private static List<X509Certificate> der(byte[] bytes, int limit) throws MalformedCertificate {
    ByteArrayInputStream stream = new ByteArrayInputStream(bytes);
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      while (stream.available() > 0) {
        stream.mark(0);
        if (stream.read() != 0x30) {
          throw new MalformedCertificate("there are bytes that are no certificate");
        }
        stream.reset();
        int at = bytes.length - stream.available();
        X509Certificate certificate = (X509Certificate) factory.generateCertificate(stream);
        // RFC 5280 section 4.1: the JDK reads BER of indefinite length, too, and makes DER of it
        if (!Arrays.equals(
            certificate.getEncoded(),
            Arrays.copyOfRange(bytes, at, bytes.length - stream.available()))) {
          throw new MalformedCertificate("a certificate is not in DER");
        }
        add(certificates, certificate, limit);
      }
    } catch (CertificateException | RuntimeException e) {
      throw new MalformedCertificate("a certificate does not parse");
    }
    return certificates;
  }

  private static void add(
      List<X509Certificate> certificates, X509Certificate certificate, int limit)
      throws MalformedCertificate {
    if (certificates.size() >= limit) {
      throw new MalformedCertificate("there are more than " + limit + " certificates");
    }
    certificates.add(certificate);
  }
}
