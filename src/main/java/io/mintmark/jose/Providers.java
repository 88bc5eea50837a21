package io.mintmark.jose;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.Security;
import java.util.Locale;
import java.util.Objects;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;

/**
 * Who does which algorithm. Providers are handed to {@code getInstance} and never installed, so
 * that TLS and libraries keep the platform's.
 *
 * @param edwardsKeys makes the Ed25519 keys that {@code edwards} takes: ACCP signs with the JDK's
 */
record Providers(
    String name,
    Provider elliptic,
    Provider edwards,
    Provider edwardsKeys,
    Provider rsa,
    Provider digest) {

  /** The property that forces {@code accp}, {@code bc} or {@code jdk}. */
  static final String PROPERTY = "mintmark.crypto";

  /**
   * The fastest that works here, or the one that is forced; a forced one that is not there throws.
   */
  static Providers choose(@Nullable String forced) {
    if (forced == null || forced.isBlank()) {
      Providers corretto = Corretto.providersOrNull();
      return corretto != null ? corretto : Castle.providers();
    }
    return switch (forced.strip().toLowerCase(Locale.ROOT)) {
      case "accp" -> {
        Providers corretto = Corretto.providersOrNull();
        if (corretto == null) {
          throw new IllegalStateException(
              "the Amazon Corretto Crypto Provider does not load on this machine");
        }
        yield corretto;
      }
      case "bc" -> Castle.providers();
      case "jdk" -> platform();
      default -> throw new IllegalStateException(PROPERTY + " must be one of accp, bc, jdk");
    };
  }

  /** Who makes and reads keys of type {@code EC}, {@code RSA} or {@code Ed25519}. */
  Provider keys(String type) {
    return switch (type) {
      case "EC" -> elliptic;
      case "RSA" -> rsa;
      case "Ed25519" -> edwardsKeys;
      default -> throw new IllegalArgumentException("no keys of type " + type);
    };
  }

  /** Whether the provider's own code made the key, by the first two parts of the package names. */
  static boolean sameHouse(Key key, Provider provider) {
    return house(key.getClass()).equals(house(provider.getClass()));
  }

  private static String house(Class<?> type) {
    String name = type.getPackageName();
    int second = name.indexOf('.', name.indexOf('.') + 1);
    return second < 0 ? name : name.substring(0, second);
  }

  private static Providers platform() {
    Provider elliptic = platform("SunEC");
    return new Providers(
        "JDK " + Runtime.version().feature(),
        elliptic,
        elliptic,
        elliptic,
        platform("SunRsaSign"),
        platform("SUN"));
  }

  private static Provider platform(String name) {
    return Objects.requireNonNull(
        Security.getProvider(name), "the JDK's security provider is missing");
  }

  /** Apart, so that the sidecar, which uses the JDK's, need not have Bouncy Castle's provider. */
  private static final class Castle {
    static Providers providers() {
      Provider castle = new BouncyCastleProvider();
      return new Providers(
          "BC " + castle.getVersionStr(),
          castle,
          castle,
          castle,
          platform("SunRsaSign"),
          platform("SUN"));
    }
  }

  /** Apart for the same reason. */
  private static final class Corretto {
    /** Null where its native library is not for this machine or fails its own self-test. */
    static @Nullable Providers providersOrNull() {
      try {
        Provider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
        if (AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() != null) {
          return null;
        }
        KeyFactory.getInstance("EC", corretto);
        return new Providers(
            "ACCP " + corretto.getVersionStr(),
            corretto,
            corretto,
            platform("SunEC"),
            corretto,
            corretto);
      } catch (LinkageError | GeneralSecurityException | RuntimeException unavailable) {
        return null;
      }
    }
  }
}
