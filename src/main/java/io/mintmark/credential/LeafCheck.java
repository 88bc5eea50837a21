package io.mintmark.credential;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.mintmark.jose.Crypto;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.SvidCheck;
import io.mintmark.spiffe.X509Svid;
import io.mintmark.workload.SignatureAlgorithm;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Reads a struck certificate back and compares it with what it shall say. */
final class LeafCheck {
  /** Tags of general names (RFC 5280 section 4.2.1.6). */
  private static final int DNS = 0x82;

  private static final int URI = 0x86;
  private static final int ADDRESS = 0x87;

  /** Its tag in an authority key identifier. */
  private static final int KEY_IDENTIFIER = 0x80;

  /** Bytes of a subject key identifier. */
  private static final int KEY_ID = 20;

  private static final String ORGANIZATION = "55040a";
  private static final String COMMON_NAME = "550403";
  private static final String KEY_USAGE = "551d0f";
  private static final String BASIC_CONSTRAINTS = "551d13";
  private static final String PURPOSES = "551d25";
  private static final String NAMES = "551d11";
  private static final String SUBJECT_KEY = "551d0e";
  private static final String AUTHORITY_KEY = "551d23";
  private static final Set<String> CRITICAL = Set.of(KEY_USAGE, BASIC_CONSTRAINTS);
  private static final Set<String> OTHERS = Set.of(PURPOSES, SUBJECT_KEY, NAMES);
  private static final Set<String> WITH_AUTHORITY =
      Set.of(PURPOSES, SUBJECT_KEY, NAMES, AUTHORITY_KEY);

  /** An empty sequence: not an authority. */
  private static final byte[] NO_AUTHORITY = HexFormat.of().parseHex("3000");

  private static final byte[] DIGITAL_SIGNATURE = HexFormat.of().parseHex("03020780");
  private static final byte[] AND_KEY_ENCIPHERMENT = HexFormat.of().parseHex("030205a0");

  /** Server and client authentication. */
  private static final byte[] SERVER_AND_CLIENT =
      HexFormat.of().parseHex("301406082b0601050507030106082b06010505070302");

  private static final byte[] ECDSA_SHA256 = HexFormat.of().parseHex("300a06082a8648ce3d040302");
  private static final byte[] ECDSA_SHA384 = HexFormat.of().parseHex("300a06082a8648ce3d040303");
  private static final byte[] RSA_SHA256 =
      HexFormat.of().parseHex("300d06092a864886f70d01010b0500");

  private final byte[] issuer;
  private final byte[] authorityKey;
  private final byte[] algorithm;

  /**
   * @param issuer the issuer's name in DER
   * @param authorityKey the issuer's key identifier; empty where it has none
   * @param algorithm what the issuer signs with
   */
  LeafCheck(byte[] issuer, byte[] authorityKey, SignatureAlgorithm algorithm) {
    this.issuer = issuer.clone();
    this.authorityKey = authorityKey.clone();
    this.algorithm =
        switch (algorithm) {
          case ES256 -> ECDSA_SHA256;
          case ES384 -> ECDSA_SHA384;
          case RS256 -> RSA_SHA256;
          case ES512, RS384, RS512, PS256, PS384, PS512, EDDSA ->
              throw new IllegalStateException("no authority signs with " + algorithm.word());
        };
  }

  private record Name(int tag, String content) {}

  /**
   * Throws {@link IllegalStateException} that names the part which differs. Of the signature only
   * its algorithm is looked at.
   */
  void check(byte[] der, Leaf leaf, Instant start, Instant end) {
    StruckLeaf product;
    try {
      product = new StruckLeaf(der);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("the certificate struck cannot be read back", e);
    }
    Product.check("serial", product.serial().equals(leaf.serial()));
    Product.check("algorithm", Arrays.equals(product.algorithm(), algorithm));
    Product.check("issuer", Arrays.equals(product.issuer(), issuer));
    Product.check("subject", product.subject().equals(subject(leaf)));
    Product.check("not-before", product.notBefore().equals(start));
    Product.check("not-after", product.notAfter().equals(end));
    Product.check("key", Arrays.equals(product.key(), leaf.key().getEncoded()));
    Product.check("critical extensions", product.critical().keySet().equals(CRITICAL));
    Set<String> others = authorityKey.length == 0 ? OTHERS : WITH_AUTHORITY;
    Product.check("extensions", product.others().keySet().equals(others));
    Product.check("ca", Arrays.equals(product.critical().get(BASIC_CONSTRAINTS), NO_AUTHORITY));
    checkUsage(product, leaf);
    checkNames(product, leaf);
    checkKeyIdentifiers(product);
  }

  private static List<StruckLeaf.Attribute> subject(Leaf leaf) {
    StruckLeaf.Attribute organization = new StruckLeaf.Attribute(ORGANIZATION, "Mintmark");
    String commonName = leaf.commonName();
    return commonName == null
        ? List.of(organization)
        : List.of(organization, new StruckLeaf.Attribute(COMMON_NAME, commonName));
  }

  /** Digital signature, of RSA keys also key encipherment; never a right to sign certificates. */
  private static void checkUsage(StruckLeaf product, Leaf leaf) {
    byte[] usage = leaf.key() instanceof RSAKey ? AND_KEY_ENCIPHERMENT : DIGITAL_SIGNATURE;
    Product.check("key usage", Arrays.equals(product.critical().get(KEY_USAGE), usage));
    Product.check(
        "extended key usage", Arrays.equals(product.others().get(PURPOSES), SERVER_AND_CLIENT));
  }

  private static void checkNames(StruckLeaf product, Leaf leaf) {
    Set<Name> wanted = new HashSet<>();
    wanted.add(new Name(URI, leaf.id().uri()));
    leaf.dnsNames().forEach(name -> wanted.add(new Name(DNS, name)));
    for (InetAddress address : leaf.addresses()) {
      wanted.add(new Name(ADDRESS, HexFormat.of().formatHex(address.getAddress())));
    }
    Product.check("names", holds(product, NAMES, value -> areJust(wanted, value)));
  }

  /** RFC 5280 section 4.2.1.1, and of the leaf's own by RFC 7093 section 2, method 1. */
  private void checkKeyIdentifiers(StruckLeaf product) {
    Product.check(
        "subject key identifier",
        holds(
            product,
            SUBJECT_KEY,
            value -> {
              byte[] digest = Crypto.sha256(product.keyBits());
              return Arrays.equals(value.take(Der.OCTET_STRING), Arrays.copyOf(digest, KEY_ID));
            }));
    Product.check(
        "authority key identifier",
        authorityKey.length == 0
            || holds(
                product,
                AUTHORITY_KEY,
                value -> {
                  Der sequence = value.enter(Der.SEQUENCE);
                  byte[] identifier = sequence.take(KEY_IDENTIFIER);
                  sequence.close();
                  return Arrays.equals(identifier, authorityKey);
                }));
  }

  /** Whether the extension's value is DER of which this is so, and nothing else. */
  private static boolean holds(StruckLeaf product, String extension, Predicate<Der> so) {
    byte[] found = product.others().get(extension);
    if (found == null) {
      return false;
    }
    try {
      Der value = new Der(found);
      boolean holds = so.test(value);
      value.close();
      return holds;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether these are the names, each of them once. */
  private static boolean areJust(Set<Name> wanted, Der value) {
    Der names = value.enter(Der.SEQUENCE);
    while (names.hasMore()) {
      int tag = names.tag();
      byte[] content = names.take(tag);
      String text = tag == ADDRESS ? HexFormat.of().formatHex(content) : ascii(content);
      if (!wanted.remove(new Name(tag, text))) {
        return false;
      }
    }
    return wanted.isEmpty();
  }

  private static String ascii(byte[] text) {
    for (byte character : text) {
      if (character < 0) {
        throw new IllegalArgumentException("a name is not in ASCII");
      }
    }
    return new String(text, US_ASCII);
  }

  /** Validates it as a verifier would, signature and all. */
  static void checkPath(List<X509Certificate> chain, Leaf leaf, Bundle bundle, Instant now) {
    SvidCheck check = X509Svid.validate(chain, bundle, now);
    Product.check("chain", check instanceof SvidCheck.Valid valid && valid.id().equals(leaf.id()));
  }
}
