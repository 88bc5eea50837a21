package io.mintmark;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All settings of the broker: {@code mintmark.*} in a properties file or as system properties,
 * {@code MINTMARK_*} in the environment. {@code docs/configuration.md} is generated from this.
 */
@ConfigMapping(prefix = "mintmark")
public interface Settings {
  @About(
      value =
          "The issuer URL: `iss` of every token, the audience that evidence must name, and what"
              + " metadata is found under. `https`, without a slash at its end.",
      otherwise = "none; with `--dev` `https://localhost:8443`, or the port of its listener",
      example = "https://mintmark.example.org")
  Optional<String> issuer();

  @About(
      value = "The SPIFFE trust domain in which the broker strikes SVIDs; it ends with no dot.",
      otherwise = "none; with `--dev` `dev.mintmark`",
      example = "broker.example.org")
  Optional<String> trustDomain();

  @About("Development: loopback only, throw-away authorities believed, no operator tokens.")
  @WithDefault("false")
  boolean dev();

  @About(
      value = "The data folder: keys, ledger, last good keys of others. Mode 0700, one broker.",
      otherwise = "`~/.local/share/mintmark`",
      example = "/var/lib/mintmark/data")
  Optional<Path> data();

  @About(
      value = "The folder of policy documents, which is watched.",
      otherwise = "`policy` in the data folder",
      example = "/etc/mintmark/policy")
  Optional<Path> policy();

  @About(
      value =
          "Where HTTPS listens, REST and gRPC on one port; `systemd` for the one socket that a"
              + " socket unit passes.",
      otherwise = "`0.0.0.0:8443`; with `--dev` `127.0.0.1:8443`",
      example = "0.0.0.0:8443")
  Optional<String> httpsListen();

  @About(
      value =
          "Where the same is served over plain HTTP, for a proxy that ends TLS. Elsewhere than on"
              + " loopback the proxy must be named in `MINTMARK_TRUSTED_PROXIES`, or the broker"
              + " does not start.",
      otherwise = "nowhere; with `--dev` `127.0.0.1:8080`",
      example = "127.0.0.1:8080")
  Optional<String> httpListen();

  @About(
      value = "Where health and metrics are served.",
      otherwise = "`0.0.0.0:9000`; with `--dev` `127.0.0.1:9000`",
      example = "0.0.0.0:9000")
  Optional<String> managementListen();

  @About(
      value =
          "The database that the ledger is projected into for questions: `embedded` (H2 in the data"
              + " folder), `off` or a URL of PostgreSQL. Losing it stops no issuance.",
      otherwise = "`embedded`",
      example = "postgresql://mintmark@db.example.org/mintmark")
  Optional<String> storeUrl();

  /** The server's certificate. */
  Tls tls();

  @About(
      value =
          "The folder of an X.509 authority that is an intermediate of somebody else's root, as"
              + " cert-manager mounts one: `tls.crt` (the signing certificate first), `tls.key`"
              + " (PKCS #8, not encrypted) and `ca.crt` (the roots that verifiers trust); read"
              + " again.",
      otherwise = "none: a root of the broker's own",
      example = "/etc/mintmark/ca")
  Optional<Path> authority();

  @About("The algorithms of access tokens, the default first: ES256, ES384, EdDSA, RS256, PS256.")
  @WithDefault("ES256")
  List<String> signing();

  @About("How long a key signs before its successor takes over.")
  @WithDefault("7d")
  Duration keyLifetime();

  @About(
      value =
          "Proxies that speak for others, as addresses or networks: only from them come client"
              + " certificates by `Client-Cert` (RFC 9440) and addresses by `X-Forwarded-For`.",
      otherwise = "nobody",
      example = "10.0.3.0/24")
  Optional<List<String>> trustedProxies();

  /** What the broker takes on. */
  Limits limits();

  @About(
      value = "How long closed ledger segments are kept; their hashes stay.",
      otherwise = "for ever",
      example = "400d")
  Optional<Duration> ledgerRetention();

  /** The cluster that the broker works with. */
  Kubernetes kubernetes();

  @About("`text`, or `json` for one JSON object a line.")
  @WithDefault("text")
  LogFormat log();

  /** How the log is written. */
  enum LogFormat {
    TEXT,
    JSON
  }

  /** The certificate that HTTPS shows. */
  interface Tls {
    @About(
        value = "The certificate chain in PEM, leaf first; read again when it changes.",
        otherwise = "a certificate of the broker's own authority",
        example = "/etc/mintmark/tls/tls.crt")
    Optional<Path> certificateFile();

    @About(
        value =
            "Its private key in PEM (PKCS #8, not encrypted); nobody outside its owner and group"
                + " may read it, its group may not write it.",
        otherwise = "none",
        example = "/etc/mintmark/tls/tls.key")
    Optional<Path> keyFile();

    @About(
        value =
            "More names for the certificate of the broker's own authority, such as that of a"
                + " Service, beside the issuer's and this machine's.",
        otherwise = "none",
        example = "mintmark.mintmark-system.svc")
    Optional<List<String>> dnsNames();
  }

  /** The cluster; nothing of it is loaded where none of the features is switched on. */
  interface Kubernetes {
    @About(
        value = "How to reach the API server from outside of a pod.",
        otherwise = "the service account of the broker's pod",
        example = "/etc/mintmark/kubeconfig")
    Optional<Path> kubeconfig();

    @About(
        "Whether custom resources of the cluster are policy documents beside those of the folder.")
    @WithDefault("false")
    boolean policy();

    @About(
        value =
            "The ValidatingWebhookConfiguration of `POST /kubernetes/validate`, whose `caBundle` is"
                + " kept equal to the broker's own authority.",
        otherwise = "none",
        example = "mintmark-policy")
    Optional<String> webhookName();

    @About(
        "Whether PodCertificateRequests and approved CertificateSigningRequests that name the"
            + " signer `mintmark.io/x509-svid` are served.")
    @WithDefault("false")
    boolean signing();

    @About(
        "Whether the broker's X.509 authorities are published as the ClusterTrustBundle"
            + " `mintmark.io:x509-svid:TRUST-DOMAIN`.")
    @WithDefault("false")
    boolean trustBundle();
  }

  /** Limits; more is refused at once and with a hint when to try again. */
  interface Limits {
    @About(
        value =
            "Fixes how many requests may be under way at once, instead of having the broker find"
                + " out what its machine keeps up with (see [overload](overload.md)). Five times as"
                + " many connections may be open then, and at least 1000.",
        otherwise = "as many as the machine keeps up with, and 10000 connections",
        example = "2000")
    OptionalInt concurrent();

    @About(
        value =
            "How many refused proofs a second one address (or IPv6 /64) may cause; 0: no limit.",
        otherwise = "`100`; with `--dev` no limit")
    OptionalInt refusalsPerAddress();

    @About(
        value = "How many exchanges a second one identity may make; 0: no limit.",
        otherwise = "`500`; with `--dev` no limit")
    OptionalInt exchangesPerIdentity();
  }
}
