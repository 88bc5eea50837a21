package io.mintmark;

import io.mintmark.api.Networks;
import io.mintmark.api.http.Connections;
import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.documents.Texts;
import io.mintmark.keys.KeySettings;
import io.mintmark.ledger.JournalSettings;
import io.mintmark.storage.jdbc.StoreAddress;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings after every check: whoever has one knows that they fit together and are not
 * dangerous.
 *
 * @param http null where plain HTTP is not served
 * @param concurrent how many requests may be under way; 0 where the machine decides
 * @param refusalsPerAddress 0 for no limit
 * @param exchangesPerIdentity 0 for no limit
 * @param kubeconfig null for the service account of the broker's pod
 */
record Setup(
    boolean dev,
    String issuer,
    TrustDomain trustDomain,
    Path data,
    Path policy,
    Listen https,
    @Nullable Listen http,
    Listen management,
    @Nullable TlsFiles tls,
    List<String> dnsNames,
    Cluster cluster,
    KeySettings keys,
    Networks proxies,
    int concurrent,
    int refusalsPerAddress,
    int exchangesPerIdentity,
    @Nullable Duration ledgerRetention,
    StoreAddress store,
    @Nullable Path kubeconfig,
    boolean jsonLog) {
  private static final int REFUSALS_PER_ADDRESS = 100;
  private static final int EXCHANGES_PER_IDENTITY = 500;
  private static final int CONNECTIONS = 10_000;
  private static final int MIN_CONNECTIONS = 1_000;
  private static final int CONNECTIONS_PER_REQUEST = 5;
  private static final int ADDRESSES = 4;

  /** What a request under way takes of the heap at the most, with as much again for the rest. */
  private static final int REQUEST_BYTES = 64 << 10;

  /** As the chart has it; what is counted from a limit stays within 32 bits. */
  private static final int MOST_OF_A_LIMIT = 1_000_000;

  private static final int MANAGEMENT_CONNECTIONS = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int MAX_DNS_NAME = 253;
  private static final Pattern DNS_NAME =
      Pattern.compile(
          "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)*");

  /** A certificate and key in files. */
  record TlsFiles(Path certificates, Path key) {}

  private static final int WAITING_EXCHANGES = 256;
  private static final int SINGLE_USE_PROOFS = 1_000_000;
  private static final int REFUSALS_PER_SECOND = 100;
  private static final Duration LONGEST_RETENTION = Duration.ofDays(36_525);

  /** What the rooms are made from. */
  BrokerSettings broker() {
    String host = URI.create(issuer).getAuthority();
    JournalSettings journal = JournalSettings.defaults().withOriginPrefix(host + "/ledger");
    return new BrokerSettings(
        issuer,
        trustDomain,
        data,
        policy,
        dev,
        cluster,
        keys,
        ledgerRetention == null ? journal : journal.withRetention(ledgerRetention, Long.MAX_VALUE),
        WAITING_EXCHANGES,
        SINGLE_USE_PROOFS,
        null,
        REFUSALS_PER_SECOND,
        kubeconfig);
  }

  /** Whether the machine decides how much is taken on. */
  boolean isAdaptive() {
    return concurrent == 0;
  }

  /**
   * How many requests may be under way; as many as there is memory for where the machine decides.
   */
  int underWay() {
    return isAdaptive()
        ? Math.clamp(Runtime.getRuntime().maxMemory() / REQUEST_BYTES, 1, MOST_OF_A_LIMIT)
        : concurrent;
  }

  /** How many connections there may be. */
  Connections.Limits connections() {
    int most =
        isAdaptive()
            ? CONNECTIONS
            : Math.max(MIN_CONNECTIONS, CONNECTIONS_PER_REQUEST * concurrent);
    return new Connections.Limits(most, most / ADDRESSES, PATIENCE);
  }

  /** The same for the management port, so that neither port's callers keep the other's out. */
  Connections.Limits managementConnections() {
    return new Connections.Limits(
        MANAGEMENT_CONNECTIONS, MANAGEMENT_CONNECTIONS / ADDRESSES, PATIENCE);
  }

  /** The path of the issuer's URL; empty where it has none. */
  String issuerPath() {
    return URI.create(issuer).getRawPath();
  }

  /** Checks the settings; throws {@link StartupRefused} with the first thing that is wrong. */
  static Setup of(Settings settings) {
    boolean dev = settings.dev();
    Listen https = Listen.https(settings.httpsListen(), dev);
    Listen management =
        Listen.of("MINTMARK_MANAGEMENT_LISTEN", settings.managementListen(), dev, 9000);
    Optional<String> httpSetting =
        settings.httpListen().or(() -> dev ? Optional.of("127.0.0.1:8080") : Optional.empty());
    Listen http =
        httpSetting.isEmpty() ? null : Listen.of("MINTMARK_HTTP_LISTEN", httpSetting, dev, 8080);
    Networks proxies = proxies(settings.trustedProxies().orElse(List.of()));
    if (http != null && proxies.isEmpty() && !http.isLoopback("MINTMARK_HTTP_LISTEN")) {
      throw new StartupRefused(
          "MINTMARK_HTTP_LISTEN is "
              + http
              + ", and plain HTTP is for a proxy: name it in MINTMARK_TRUSTED_PROXIES, or listen on"
              + " loopback");
    }
    TrustDomain trustDomain = trustDomain(settings.trustDomain(), dev);
    Path data = settings.data().orElseGet(Setup::defaultData).toAbsolutePath().normalize();
    if (!dev && Files.exists(data.resolve("dev"))) {
      throw new StartupRefused(
          "data folder \"" + data + "\" was used with --dev: production needs one of its own");
    }
    return new Setup(
        dev,
        issuer(settings.issuer(), dev, https),
        trustDomain,
        data,
        settings.policy().orElse(data.resolve("policy")).toAbsolutePath().normalize(),
        https,
        http,
        management,
        tls(settings.tls()),
        dnsNames(settings.tls()),
        cluster(settings),
        keys(settings, trustDomain),
        proxies,
        settings.limits().concurrent().isEmpty()
            ? 0
            : limit("MINTMARK_LIMITS_CONCURRENT", 1, settings.limits().concurrent().getAsInt()),
        limit(
            "MINTMARK_LIMITS_REFUSALS_PER_ADDRESS",
            0,
            settings.limits().refusalsPerAddress().orElse(dev ? 0 : REFUSALS_PER_ADDRESS)),
        limit(
            "MINTMARK_LIMITS_EXCHANGES_PER_IDENTITY",
            0,
            settings.limits().exchangesPerIdentity().orElse(dev ? 0 : EXCHANGES_PER_IDENTITY)),
        settings.ledgerRetention().map(Setup::retention).orElse(null),
        store(settings.storeUrl(), data),
        settings.kubernetes().kubeconfig().orElse(null),
        settings.log() == Settings.LogFormat.JSON);
  }

  private static StoreAddress store(Optional<String> url, Path data) {
    try {
      return StoreAddress.parse(url.orElse("embedded"), data);
    } catch (IllegalArgumentException wrong) {
      throw new StartupRefused("MINTMARK_STORE_URL: " + wrong.getMessage());
    }
  }

  private static String issuer(Optional<String> given, boolean dev, Listen https) {
    if (given.isEmpty()) {
      if (dev) {
        return "https://localhost:" + https.port();
      }
      throw new StartupRefused(
          "the issuer is not set: give MINTMARK_ISSUER, such as https://mintmark.example.org, or"
              + " use --dev");
    }
    String issuer = given.get();
    try {
      URI uri = new URI(issuer);
      if ("https".equals(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && !issuer.endsWith("/")) {
        return issuer;
      }
    } catch (URISyntaxException malformed) {
      // falls through to the one sentence
    }
    throw new StartupRefused(
        "MINTMARK_ISSUER \""
            + issuer
            + "\" is not an https URL without query, fragment and slash at its end");
  }

  private static TrustDomain trustDomain(Optional<String> given, boolean dev) {
    if (given.isEmpty()) {
      if (dev) {
        return DevAuthority.TRUST_DOMAIN;
      }
      throw new StartupRefused(
          "the trust domain is not set: give MINTMARK_TRUST_DOMAIN, such as broker.example.org, or"
              + " use --dev");
    }
    if (given.get().endsWith(".")) {
      throw new StartupRefused(
          "MINTMARK_TRUST_DOMAIN ends with a dot: verifiers in Java cannot read certificates of it");
    }
    try {
      return new TrustDomain(given.get());
    } catch (MalformedWorkloadId malformed) {
      throw new StartupRefused("MINTMARK_TRUST_DOMAIN: " + malformed.getMessage(), malformed);
    }
  }

  private static @Nullable TlsFiles tls(Settings.Tls tls) {
    if (tls.certificateFile().isPresent() != tls.keyFile().isPresent()) {
      throw new StartupRefused(
          "MINTMARK_TLS_CERTIFICATE_FILE and MINTMARK_TLS_KEY_FILE go together");
    }
    return tls.certificateFile().isEmpty()
        ? null
        : new TlsFiles(tls.certificateFile().get(), tls.keyFile().get());
  }

  private static List<String> dnsNames(Settings.Tls tls) {
    List<String> names = tls.dnsNames().orElse(List.of());
    for (String name : names) {
      if (name.length() > MAX_DNS_NAME || !DNS_NAME.matcher(name).matches()) {
        throw new StartupRefused(
            "MINTMARK_TLS_DNS_NAMES: \"" + Texts.printable(name) + "\" is not a DNS name");
      }
    }
    if (!names.isEmpty() && tls.certificateFile().isPresent()) {
      throw new StartupRefused(
          "MINTMARK_TLS_DNS_NAMES is for certificates of the broker's own authority, and"
              + " MINTMARK_TLS_CERTIFICATE_FILE gives another");
    }
    return names;
  }

  private static Cluster cluster(Settings settings) {
    Cluster cluster = Cluster.of(settings.kubernetes());
    if (cluster.webhook() != null && !cluster.policy()) {
      throw new StartupRefused(
          "MINTMARK_KUBERNETES_WEBHOOK_NAME is for custom resources: set"
              + " MINTMARK_KUBERNETES_POLICY=true");
    }
    if (cluster.webhook() != null && settings.tls().certificateFile().isPresent()) {
      throw new StartupRefused(
          "MINTMARK_KUBERNETES_WEBHOOK_NAME keeps the caBundle of the broker's own authority, and"
              + " MINTMARK_TLS_CERTIFICATE_FILE gives a certificate of another");
    }
    return cluster;
  }

  private static KeySettings keys(Settings settings, TrustDomain trustDomain) {
    List<SignatureAlgorithm> signing = new ArrayList<>();
    for (String word : settings.signing()) {
      signing.add(
          SignatureAlgorithm.ofWord(word.strip())
              .orElseThrow(
                  () ->
                      new StartupRefused(
                          "MINTMARK_SIGNING: \""
                              + word
                              + "\" is none of ES256, ES384, EdDSA, RS256, PS256")));
    }
    KeySettings defaults = KeySettings.defaults(trustDomain);
    try {
      return new KeySettings(
          trustDomain,
          signing,
          defaults.jwtSvid(),
          settings
              .authority()
              .<KeySettings.AuthoritySource>map(Setup::intermediate)
              .orElse(defaults.authority()),
          settings.keyLifetime(),
          defaults.prepareLead(),
          defaults.longestCredential(),
          defaults.refreshHint());
    } catch (IllegalArgumentException unfit) {
      throw new StartupRefused(String.valueOf(unfit.getMessage()), unfit);
    }
  }

  private static KeySettings.Intermediate intermediate(Path folder) {
    return new KeySettings.Intermediate(
        folder.resolve("tls.crt"), folder.resolve("tls.key"), folder.resolve("ca.crt"));
  }

  private static Networks proxies(List<String> texts) {
    try {
      return Networks.parse(texts);
    } catch (IllegalArgumentException malformed) {
      throw new StartupRefused("MINTMARK_TRUSTED_PROXIES: " + malformed.getMessage(), malformed);
    }
  }

  private static int limit(String setting, int least, int value) {
    if (value < least || value > MOST_OF_A_LIMIT) {
      throw new StartupRefused(setting + " must be from " + least + " to " + MOST_OF_A_LIMIT);
    }
    return value;
  }

  private static Duration retention(Duration age) {
    if (!age.isPositive() || age.compareTo(LONGEST_RETENTION) > 0) {
      throw new StartupRefused("MINTMARK_LEDGER_RETENTION must be positive and at most 100 years");
    }
    return age;
  }

  private static Path defaultData() {
    return Path.of(System.getProperty("user.home"), ".local", "share", "mintmark");
  }
}
