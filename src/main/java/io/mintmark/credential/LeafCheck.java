package io.mintmark.credential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.SvidCheck;
import io.mintmark.spiffe.X509Svid;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Reads a struck certificate back and compares it with what it shall say. */
final class LeafCheck {
  /** Tags of general names (RFC 5280 section 4.2.1.6). */
  private static final int DNS = 0x82;

  private static final int URI = 0x86;
  private static final int ADDRESS = 0x87;

  private static final String ORGANIZATION = "55040a";
  private static final String COMMON_NAME = "550403";
  private static final String KEY_USAGE = "551d0f";
  private static final String BASIC_CONSTRAINTS = "551d13";
  private static final String PURPOSES = "551d25";
  private static final String NAMES = "551d11";
  private static final String SUBJECT_KEY = "551d0e";
  private static final String AUTHORITY_KEY = "551d23";
  private static final Set<String> CRITICAL = Set.of(KEY_USAGE, BASIC_CONSTRAINTS);
  private static final Set<String> OTHERS = Set.of(PURPOSES, SUBJECT_KEY, AUTHORITY_KEY, NAMES);

  /** An empty sequence: not an authority. */
  private static final byte[] NO_AUTHORITY = HexFormat.of().parseHex("3000");

  private static final byte[] DIGITAL_SIGNATURE = HexFormat.of().parseHex("03020780");
  private static final byte[] AND_KEY_ENCIPHERMENT = HexFormat.of().parseHex("030205a0");

  /** Server and client authentication. */
  private static final byte[] SERVER_AND_CLIENT =
      HexFormat.of().parseHex("301406082b0601050507030106082b06010505070302");

  private LeafCheck() {}

  private record Name(int tag, String content) {}

  /**
   * Throws {@link IllegalStateException} that names the part which differs.
   *
   * @param der the certificate
   * @param issuer the issuer's name in DER
   */
  static void check(byte[] der, Leaf leaf, byte[] issuer, Instant start, Instant end) {
    StruckLeaf product;
    try {
      product = new StruckLeaf(der);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("the certificate struck cannot be read back", e);
    }
    Product.check("serial", product.serial().equals(leaf.serial()));
    Product.check("issuer", Arrays.equals(product.issuer(), issuer));
    Product.check("subject", product.subject().equals(subject(leaf)));
    Product.check("not-before", product.notBefore().equals(start));
    Product.check("not-after", product.notAfter().equals(end));
    Product.check("key", Arrays.equals(product.key(), leaf.key().getEncoded()));
    Product.check("critical extensions", product.critical().keySet().equals(CRITICAL));
    Product.check("extensions", OTHERS.containsAll(product.others().keySet()));
    Product.check("ca", Arrays.equals(product.critical().get(BASIC_CONSTRAINTS), NO_AUTHORITY));
    checkUsage(product);
    checkNames(product, leaf);
  }

  private static List<StruckLeaf.Attribute> subject(Leaf leaf) {
    StruckLeaf.Attribute organization = new StruckLeaf.Attribute(ORGANIZATION, "Mintmark");
    String commonName = leaf.commonName();
    return commonName == null
        ? List.of(organization)
        : List.of(organization, new StruckLeaf.Attribute(COMMON_NAME, commonName));
  }

  /** Digital signature and perhaps key encipherment; never a right to sign certificates or CRLs. */
  private static void checkUsage(StruckLeaf product) {
    byte[] usage = product.critical().get(KEY_USAGE);
    Product.check(
        "key usage",
        Arrays.equals(usage, DIGITAL_SIGNATURE) || Arrays.equals(usage, AND_KEY_ENCIPHERMENT));
    Product.check(
        "extended key usage", Arrays.equals(product.others().get(PURPOSES), SERVER_AND_CLIENT));
  }

  private static void checkNames(StruckLeaf product, Leaf leaf) {
    Set<Name> wanted = new HashSet<>();
    wanted.add(new Name(URI, leaf.id().uri()));
    leaf.dnsNames().forEach(name -> wanted.add(new Name(DNS, name)));
    for (InetAddress address : leaf.addresses()) {
      wanted.add(new Name(ADDRESS, text(address.getAddress())));
    }
    byte[] value = product.others().get(NAMES);
    Product.check("names", value != null && holdsJust(wanted, value));
  }

  /** Whether these are the names, each of them once. */
  private static boolean holdsJust(Set<Name> wanted, byte[] value) {
    try {
      Der outside = new Der(value);
      Der names = outside.enter(Der.SEQUENCE);
      outside.close();
      while (names.hasMore()) {
        int tag = names.tag();
        if (!wanted.remove(new Name(tag, text(names.take(tag))))) {
          return false;
        }
      }
      return wanted.isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** A character for each byte, so that two texts are the same where their bytes are. */
  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  /** Validates it as a verifier would, signature and all. */
  static void checkPath(List<X509Certificate> chain, Leaf leaf, Bundle bundle, Instant now) {
    SvidCheck check = X509Svid.validate(chain, bundle, now);
    Product.check("chain", check instanceof SvidCheck.Valid valid && valid.id().equals(leaf.id()));
  }
}
