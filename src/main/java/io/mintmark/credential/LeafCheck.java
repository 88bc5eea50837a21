package io.mintmark.credential;

import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.SvidCheck;
import io.mintmark.spiffe.X509Svid;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** Reads a struck certificate back and compares it with what it shall say. */
final class LeafCheck {
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final int ADDRESS = 7;
  private static final Set<String> CRITICAL = Set.of("2.5.29.15", "2.5.29.19");
  private static final Set<String> OTHERS =
      Set.of("2.5.29.37", "2.5.29.14", "2.5.29.35", "2.5.29.17");
  private static final Set<String> PURPOSES = Set.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");

  private LeafCheck() {}

  static void check(
      X509Certificate product, Leaf leaf, X509Certificate issuer, Instant start, Instant end) {
    Product.check("serial", product.getSerialNumber().equals(leaf.serial()));
    Product.check(
        "issuer", product.getIssuerX500Principal().equals(issuer.getSubjectX500Principal()));
    Product.check("subject", product.getSubjectX500Principal().equals(subject(leaf)));
    Product.check("not-before", product.getNotBefore().toInstant().equals(start));
    Product.check("not-after", product.getNotAfter().toInstant().equals(end));
    Product.check(
        "key", Arrays.equals(product.getPublicKey().getEncoded(), leaf.key().getEncoded()));
    Product.check("ca", product.getBasicConstraints() == -1);
    Product.check("critical extensions", CRITICAL.equals(product.getCriticalExtensionOIDs()));
    Product.check("extensions", OTHERS.containsAll(product.getNonCriticalExtensionOIDs()));
    checkUsage(product);
    checkNames(product, leaf);
  }

  private static X500Principal subject(Leaf leaf) {
    String commonName = leaf.commonName();
    return new X500Principal(
        commonName == null ? "O=Mintmark" : "CN=" + Rdn.escapeValue(commonName) + ",O=Mintmark");
  }

  /** Digital signature and perhaps key encipherment; never a right to sign certificates or CRLs. */
  private static void checkUsage(X509Certificate product) {
    boolean[] usage = product.getKeyUsage();
    Product.check("key usage", usage != null && usage[0]);
    for (int bit = 1; usage != null && bit < usage.length; bit++) {
      Product.check("key usage", bit == 2 || !usage[bit]);
    }
    try {
      List<String> purposes = product.getExtendedKeyUsage();
      Product.check(
          "extended key usage", purposes != null && PURPOSES.equals(new HashSet<>(purposes)));
    } catch (CertificateParsingException e) {
      Product.check("extended key usage", false);
    }
  }

  private static void checkNames(X509Certificate product, Leaf leaf) {
    Set<List<Object>> wanted = new HashSet<>();
    wanted.add(List.of(URI, leaf.id().uri()));
    leaf.dnsNames().forEach(name -> wanted.add(List.of(DNS, name)));
    for (InetAddress address : leaf.addresses()) {
      wanted.add(List.of(ADDRESS, address.getHostAddress()));
    }
    try {
      var names = product.getSubjectAlternativeNames();
      int uris = 0;
      Product.check("names", names != null);
      for (List<?> name : names == null ? List.<List<?>>of() : names) {
        uris += name.get(0).equals(URI) ? 1 : 0;
        Product.check("names", wanted.remove(List.of(name.get(0), name.get(1))));
      }
      Product.check("names", uris == 1 && wanted.isEmpty());
    } catch (CertificateParsingException e) {
      Product.check("names", false);
    }
  }

  /** Validates it as a verifier would, signature and all. */
  static void checkPath(List<X509Certificate> chain, Leaf leaf, Bundle bundle, Instant now) {
    SvidCheck check = X509Svid.validate(chain, bundle, now);
    Product.check("chain", check instanceof SvidCheck.Valid valid && valid.id().equals(leaf.id()));
  }
}
