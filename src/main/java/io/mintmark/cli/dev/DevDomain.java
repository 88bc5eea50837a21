package io.mintmark.cli.dev;

import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jwk;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedCertificate;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The authority of one trust domain: a key for JWT-SVIDs and a self-signed one for X.509-SVIDs. */
record DevDomain(
    TrustDomain trustDomain, KeyPair jwtKey, KeyPair authorityKey, X509Certificate authority) {
  static final String BUNDLE = "bundle.json";
  private static final String JWT_KEY = "jwt-key.pem";
  private static final String AUTHORITY_KEY = "authority-key.pem";
  private static final String AUTHORITY = "authority.pem";
  private static final Duration REFRESH_HINT = Duration.ofMinutes(5);

  static void create(Path folder, TrustDomain trustDomain, Instant now) throws IOException {
    KeyPair jwtKey = Crypto.generate(SignatureAlgorithm.ES256);
    KeyPair authorityKey = Crypto.generate(SignatureAlgorithm.ES256);
    X509Certificate authority = DevCertificates.authority(trustDomain, authorityKey, now);
    DevDomain domain = new DevDomain(trustDomain, jwtKey, authorityKey, authority);
    DevFiles.writeKey(folder.resolve(JWT_KEY), jwtKey);
    DevFiles.writeKey(folder.resolve(AUTHORITY_KEY), authorityKey);
    DevFiles.write(
        folder.resolve(AUTHORITY),
        Certificates.pem(List.of(authority)).getBytes(StandardCharsets.US_ASCII));
    DevFiles.write(folder.resolve(BUNDLE), domain.bundle().toJson());
  }

  static DevDomain read(Path folder, TrustDomain trustDomain) throws IOException {
    Path file = folder.resolve(AUTHORITY);
    try {
      X509Certificate authority = Certificates.parse(Files.readAllBytes(file), 1).getFirst();
      return new DevDomain(
          trustDomain,
          DevFiles.readKey(folder.resolve(JWT_KEY)),
          DevFiles.readKey(folder.resolve(AUTHORITY_KEY)),
          authority);
    } catch (MalformedCertificate e) {
      throw new IOException(
          "\"" + file + "\" is damaged: remove its folder and a new authority is made");
    }
  }

  Bundle bundle() {
    Jwk key =
        new Jwk(
            Jwk.thumbprint(jwtKey.getPublic()),
            "jwt-svid",
            SignatureAlgorithm.ES256,
            jwtKey.getPublic(),
            null);
    return new Bundle(trustDomain, List.of(authority), List.of(key), 1L, REFRESH_HINT);
  }

  /** Prints no key. */
  @Override
  public String toString() {
    return "DevDomain[" + trustDomain + "]";
  }
}
