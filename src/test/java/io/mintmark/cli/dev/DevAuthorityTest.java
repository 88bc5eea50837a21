package io.mintmark.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.jose.JwkSet;
import io.mintmark.jose.Jws;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.JwtSvid;
import io.mintmark.spiffe.SvidCheck;
import io.mintmark.spiffe.X509Svid;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DevAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final WorkloadId ID = WorkloadId.parse("spiffe://dev.mintmark/ns/a/sa/b");
  private static final Duration TTL = Duration.ofMinutes(5);

  @TempDir Path data;

  @Test
  void itsJwtSvidHoldsAgainstItsBundleUntilItExpires() throws Exception {
    DevAuthority dev = open();
    Jws jws = Jws.parse(dev.jwtSvid(ID, "https://broker", TTL), 8192);
    Bundle bundle = dev.bundle(ID.trustDomain());
    assertThat(JwtSvid.validate(jws, bundle, "https://broker", NOW))
        .isEqualTo(new SvidCheck.Valid(ID, NOW, NOW.plus(TTL)));
    assertThat(JwtSvid.validate(jws, bundle, "https://broker", NOW.plus(TTL)))
        .isInstanceOf(SvidCheck.Invalid.class);
  }

  @Test
  void itsX509SvidHoldsAgainstItsBundleUntilItExpires() throws Exception {
    DevAuthority dev = open();
    DevAuthority.X509Evidence evidence = dev.x509Svid(ID, TTL);
    Bundle bundle = dev.bundle(ID.trustDomain());
    assertThat(X509Svid.validate(evidence.chain(), bundle, NOW))
        .isEqualTo(new SvidCheck.Valid(ID, NOW.minusSeconds(10), NOW.plus(TTL)));
    assertThat(X509Svid.validate(evidence.chain(), bundle, NOW.plus(TTL)))
        .isInstanceOf(SvidCheck.Invalid.class);
    assertThat(evidence.authorities()).isEqualTo(bundle.x509Authorities());
  }

  @Test
  void itsServiceAccountTokenHasTheClaimsOfAProjectedOne() throws Exception {
    DevAuthority dev = open();
    Jws jws = Jws.parse(dev.serviceAccountToken("payments", "orders", "https://b", TTL), 8192);
    assertThat(jws.signedBy(JwkSet.parse(dev.kubernetesJwks()).keys().getFirst().key())).isTrue();
    assertThat(jws.headerNames()).containsExactlyInAnyOrder("alg", "kid");
    JsonNode claims = jws.claims();
    assertThat(claims.path("iss").textValue()).isEqualTo("https://kubernetes.dev.mintmark");
    assertThat(claims.path("sub").textValue()).isEqualTo("system:serviceaccount:payments:orders");
    assertThat(jws.typedClaims().audiences()).containsExactly("https://b");
    assertThat(jws.typedClaims().requiredInstant("exp")).isEqualTo(NOW.plus(TTL));
    assertThat(claims.path("jti").textValue()).isNotBlank();
    JsonNode own = claims.path("kubernetes.io");
    assertThat(own.path("namespace").textValue()).isEqualTo("payments");
    for (String object : List.of("serviceaccount", "pod", "node")) {
      assertThat(own.path(object).path("name").textValue()).isNotBlank();
      assertThat(own.path(object).path("uid").textValue()).hasSize(36);
    }
  }

  @Test
  void whoComesLaterReadsTheSameAuthorities() throws Exception {
    DevAuthority first = open();
    String token = first.jwtSvid(ID, "https://broker", TTL);
    byte[] keys = first.kubernetesJwks();
    DevAuthority second = open();
    Bundle bundle = second.bundle(ID.trustDomain());
    assertThat(JwtSvid.validate(Jws.parse(token, 8192), bundle, "https://broker", NOW))
        .isInstanceOf(SvidCheck.Valid.class);
    assertThat(second.kubernetesJwks()).isEqualTo(keys);
    assertThat(Files.readAllBytes(second.kubernetesJwksFile())).isEqualTo(keys);
    Bundle read =
        Bundle.parse(ID.trustDomain(), Files.readAllBytes(second.bundleFile(ID.trustDomain())));
    assertThat(read.toJson()).isEqualTo(bundle.toJson());
  }

  @Test
  void tenThatComeAtOnceGetOneAuthority() throws Exception {
    Callable<String> comer =
        () -> new String(open().bundle(ID.trustDomain()).toJson(), StandardCharsets.UTF_8);
    Set<String> bundles = new HashSet<>();
    try (var threads = Executors.newFixedThreadPool(10)) {
      for (Future<String> each : threads.invokeAll(Collections.nCopies(10, comer))) {
        bundles.add(each.get());
      }
    }
    assertThat(bundles).hasSize(1);
    try (Stream<Path> files = Files.list(data.resolve("dev"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(".lock", "dev.mintmark");
    }
  }

  @Test
  void authoritiesOfTwoTrustDomainsAreStrangers() throws Exception {
    DevAuthority dev = open();
    WorkloadId other = WorkloadId.parse("spiffe://other.example/ns/a/sa/b");
    Bundle bundle = dev.bundle(ID.trustDomain());
    Bundle mislabelled =
        new Bundle(
            other.trustDomain(), bundle.x509Authorities(), bundle.jwtAuthorities(), null, null);
    Jws jws = Jws.parse(dev.jwtSvid(other, "https://broker", TTL), 8192);
    assertThat(JwtSvid.validate(jws, mislabelled, "https://broker", NOW))
        .isInstanceOf(SvidCheck.Invalid.class);
    assertThat(X509Svid.validate(dev.x509Svid(other, TTL).chain(), mislabelled, NOW))
        .isInstanceOf(SvidCheck.Invalid.class);
  }

  @Test
  void everythingIsForItsOwnerOnly() throws Exception {
    DevAuthority dev = open();
    dev.bundle(ID.trustDomain());
    dev.kubernetesJwks();
    try (Stream<Path> files = Files.walk(data.resolve("dev"))) {
      for (Path file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as("%s", file)
            .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
      }
    }
  }

  @Test
  void aKeyThatOthersMayReadIsRefused() throws Exception {
    open().bundle(ID.trustDomain());
    Path key = data.resolve("dev/dev.mintmark/jwt-key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> open().bundle(ID.trustDomain()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("open to others");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jwt-key.pem", "authority-key.pem", "authority.pem"})
  void aDamagedFileSaysWhatToDo(String name) throws Exception {
    open().bundle(ID.trustDomain());
    Files.writeString(data.resolve("dev/dev.mintmark").resolve(name), "nothing");
    assertThatThrownBy(() -> open().bundle(ID.trustDomain()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("remove its folder")
        .hasMessageNotContaining("nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", ".lock", "kubernetes", ".new-1"})
  void aTrustDomainThatWouldBeAnotherFolderIsRefused(String name) throws Exception {
    DevAuthority dev = open();
    TrustDomain domain = new TrustDomain(name);
    assertThatThrownBy(() -> dev.bundle(domain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot have a dev authority");
  }

  @ParameterizedTest
  @CsvSource({
    "Payments,orders", "pay.ments,orders", "-a,orders", "a-,orders", "a_b,orders", "'a b',orders",
    "'',orders", "a/b,orders", "a:b,orders", "payments,''", "payments,Orders", "payments,a..b",
    "payments,a_b", "payments,-a", "payments,a:b", "payments,.a", "payments,a."
  })
  void namesThatKubernetesWouldNotTakeAreRefused(String namespace, String account)
      throws Exception {
    DevAuthority dev = open();
    assertThatThrownBy(() -> dev.serviceAccountToken(namespace, account, "https://b", TTL))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 86_401})
  void aLifetimeOutOfRangeIsRefused(long seconds) throws Exception {
    DevAuthority dev = open();
    assertThatThrownBy(() -> dev.jwtSvid(ID, "a", Duration.ofSeconds(seconds)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private DevAuthority open() throws IOException {
    return DevAuthority.open(data, InstantSource.fixed(NOW));
  }
}
