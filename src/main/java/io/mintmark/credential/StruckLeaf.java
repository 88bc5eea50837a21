package io.mintmark.credential;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What the DER of a certificate says that was just struck (RFC 5280 section 4.1), read by code that
 * its builder has no part in. The JDK's parser would do, but keeps the last 750 certificates that
 * it has read, so that each one struck outlives its answer and is collected as old garbage
 * (docs/performance.md says what that took). A certificate from outside is never read here.
 *
 * <p>Object identifiers are the hexadecimal digits of their content, such as {@code 551d0f}.
 */
final class StruckLeaf {
  private static final BigInteger VERSION_3 = BigInteger.TWO;
  private static final int VERSION = 0xa0;
  private static final int EXTENSIONS = 0xa3;
  private static final byte TRUE = (byte) 0xff;
  private static final int UTC_DIGITS = 12;
  private static final int GENERALIZED_DIGITS = 14;
  private static final HexFormat HEX = HexFormat.of();

  /** An attribute of a name. */
  record Attribute(String type, String text) {}

  private final byte[] algorithm;
  private final BigInteger serial;
  private final byte[] issuer;
  private final Instant notBefore;
  private final Instant notAfter;
  private final List<Attribute> subject;
  private final byte[] key;
  private final Map<String, byte[]> critical = new HashMap<>();
  private final Map<String, byte[]> others = new HashMap<>();

  /** Throws {@link IllegalArgumentException} for what is no certificate as they are struck here. */
  StruckLeaf(byte[] der) {
    Der outside = new Der(der);
    Der certificate = outside.enter(Der.SEQUENCE);
    outside.close();
    Der content = certificate.enter(Der.SEQUENCE);
    algorithm = certificate.whole(Der.SEQUENCE);
    byte[] signature = certificate.take(Der.BIT_STRING);
    certificate.close();
    Der version = content.enter(VERSION);
    require(version.integer().equals(VERSION_3), "version");
    version.close();
    serial = content.integer();
    require(Arrays.equals(content.whole(Der.SEQUENCE), algorithm), "algorithm");
    require(signature.length > 1 && signature[0] == 0, "signature");
    issuer = content.whole(Der.SEQUENCE);
    Der validity = content.enter(Der.SEQUENCE);
    notBefore = time(validity);
    notAfter = time(validity);
    validity.close();
    subject = attributes(content.enter(Der.SEQUENCE));
    key = content.whole(Der.SEQUENCE);
    Der wrapped = content.enter(EXTENSIONS);
    content.close();
    Der extensions = wrapped.enter(Der.SEQUENCE);
    wrapped.close();
    while (extensions.hasMore()) {
      extension(extensions.enter(Der.SEQUENCE));
    }
  }

  /** The signature's algorithm in DER. */
  byte[] algorithm() {
    return algorithm;
  }

  BigInteger serial() {
    return serial;
  }

  /** The issuer's name in DER. */
  byte[] issuer() {
    return issuer;
  }

  Instant notBefore() {
    return notBefore;
  }

  Instant notAfter() {
    return notAfter;
  }

  List<Attribute> subject() {
    return subject;
  }

  /** The SubjectPublicKeyInfo in DER. */
  byte[] key() {
    return key;
  }

  /** What the SubjectPublicKeyInfo has as the key itself. */
  byte[] keyBits() {
    Der info = new Der(key).enter(Der.SEQUENCE);
    info.whole(Der.SEQUENCE);
    byte[] bits = info.take(Der.BIT_STRING);
    require(bits.length > 1 && bits[0] == 0, "key");
    return Arrays.copyOfRange(bits, 1, bits.length);
  }

  /** The values of critical extensions by their identifiers. */
  Map<String, byte[]> critical() {
    return critical;
  }

  /** The values of all other extensions. */
  Map<String, byte[]> others() {
    return others;
  }

  /** One attribute in each relative name, UTF-8, as the builder writes them. */
  private static List<Attribute> attributes(Der name) {
    List<Attribute> attributes = new ArrayList<>();
    while (name.hasMore()) {
      Der relative = name.enter(Der.SET);
      Der attribute = relative.enter(Der.SEQUENCE);
      relative.close();
      String type = HEX.formatHex(attribute.take(Der.OBJECT_IDENTIFIER));
      attributes.add(new Attribute(type, new String(attribute.take(Der.UTF8_STRING), UTF_8)));
      attribute.close();
    }
    return attributes;
  }

  private void extension(Der extension) {
    String type = HEX.formatHex(extension.take(Der.OBJECT_IDENTIFIER));
    boolean marked = extension.isNext(Der.BOOLEAN);
    if (marked) {
      byte[] flag = extension.take(Der.BOOLEAN);
      require(flag.length == 1 && flag[0] == TRUE, "extension");
    }
    byte[] value = extension.take(Der.OCTET_STRING);
    extension.close();
    require(!critical.containsKey(type) && !others.containsKey(type), "extension");
    (marked ? critical : others).put(type, value);
  }

  /** RFC 5280 section 4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050, to the second. */
  private static Instant time(Der validity) {
    boolean utc = validity.isNext(Der.UTC_TIME);
    String text = new String(validity.take(utc ? Der.UTC_TIME : Der.GENERALIZED_TIME), US_ASCII);
    int digits = utc ? UTC_DIGITS : GENERALIZED_DIGITS;
    require(text.length() == digits + 1 && text.charAt(digits) == 'Z', "time");
    int year = utc ? 2000 + number(text, 0, 2) : number(text, 0, 4);
    require(year < 2050 == utc, "time");
    int month = digits - 10;
    try {
      return LocalDateTime.of(
              year,
              number(text, month, 2),
              number(text, month + 2, 2),
              number(text, month + 4, 2),
              number(text, month + 6, 2),
              number(text, month + 8, 2))
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("the time is not right", e);
    }
  }

  private static int number(String text, int from, int digits) {
    int number = 0;
    for (int i = from; i < from + digits; i++) {
      char digit = text.charAt(i);
      require(digit >= '0' && digit <= '9', "time");
      number = 10 * number + digit - '0';
    }
    return number;
  }

  private static void require(boolean holds, String part) {
    if (!holds) {
      throw new IllegalArgumentException("the " + part + " is not right");
    }
  }
}
