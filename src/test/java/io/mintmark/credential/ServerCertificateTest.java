package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.keys.KeyUse;
import io.mintmark.keys.KeysUnavailable;
import io.mintmark.keys.TestRing;
import io.mintmark.spiffe.SvidCheck;
import io.mintmark.spiffe.X509Svid;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerCertificateTest {
  private final TestRing test = new TestRing();
  private final ServerCertificate certificate =
      new ServerCertificate(
          test.ring(),
          List.of("localhost", "mintmark.example.org"),
          List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1")),
          Duration.ofHours(10),
          new SecureRandom());

  @Test
  void itIsTheBrokersReservedIdentity() throws Exception {
    var material = certificate.current(test.now());
    assertThat(X509Svid.validate(material.chain(), test.ring().bundle(), test.now()))
        .isInstanceOfSatisfying(
            SvidCheck.Valid.class,
            valid ->
                assertThat(valid.id())
                    .isEqualTo(WorkloadId.parse("spiffe://broker.example.org/mintmark/broker")));
    assertThat(material.chain().getFirst().getSubjectAlternativeNames())
        .extracting(name -> (Object) name.get(1))
        .containsExactly(
            "spiffe://broker.example.org/mintmark/broker",
            "localhost",
            "mintmark.example.org",
            "127.0.0.1",
            "0:0:0:0:0:0:0:1");
  }

  @Test
  void itsKeyBelongsToIt() throws Exception {
    var material = certificate.current(test.now());
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(material.key());
    signature.update((byte) 1);
    byte[] signed = signature.sign();
    signature.initVerify(material.chain().getFirst());
    signature.update((byte) 1);
    assertThat(signature.verify(signed)).isTrue();
    assertThat(material.toString()).contains("redacted");
  }

  @Test
  void itIsRenewedBeforeHalfOfItsLife() throws Exception {
    var first = certificate.current(test.now());
    test.pass(Duration.ofHours(4));
    assertThat(certificate.current(test.now())).isSameAs(first);
    test.pass(Duration.ofMinutes(59));
    var second = certificate.current(test.now());
    assertThat(second.chain()).isNotEqualTo(first.chain());
    assertThat(second.key()).isNotEqualTo(first.key());
  }

  @Test
  void itIsRenewedWhenTheClockWasSetBack() throws Exception {
    var first = certificate.current(test.now());
    test.jump(Duration.ofHours(-1));
    assertThat(certificate.current(test.now())).isNotSameAs(first);
  }

  @Test
  void itIsRenewedWhenItsAuthorityIsRevoked() throws Exception {
    var first = certificate.current(test.now());
    String old = id();
    activateAnother();
    assertThat(certificate.current(test.now())).isSameAs(first);
    test.ring().revoke(KeyUse.X509_AUTHORITY, old, test.now());
    var second = certificate.current(test.now());
    assertThat(X509Svid.validate(second.chain(), test.ring().bundle(), test.now()))
        .isInstanceOf(SvidCheck.Valid.class);
  }

  @Test
  void whereThereCanBeNoOtherTheOldOneServesUntilItEnds() throws Exception {
    var first = certificate.current(test.now());
    test.pass(Duration.ofHours(9));
    activateAnother();
    test.jump(Duration.ofHours(-4)); // before the new authority begins
    assertThatThrownBy(() -> test.ring().authority(test.now())).isInstanceOf(KeysUnavailable.class);
    assertThat(certificate.current(test.now())).isSameAs(first);

    test.jump(Duration.ofDays(3650));
    assertThatThrownBy(() -> certificate.current(test.now())).isInstanceOf(KeysUnavailable.class);
    test.jump(Duration.ofDays(-3651));
    assertThatThrownBy(() -> certificate.current(test.now())).isInstanceOf(KeysUnavailable.class);
  }

  @Test
  void whereThereCanBeNoOtherOneOfARevokedAuthorityIsNotShown() throws Exception {
    var _ = certificate.current(test.now());
    String old = id();
    test.pass(Duration.ofHours(9));
    activateAnother();
    test.ring().revoke(KeyUse.X509_AUTHORITY, old, test.now());
    test.jump(Duration.ofHours(-4));
    assertThatThrownBy(() -> certificate.current(test.now())).isInstanceOf(KeysUnavailable.class);
  }

  private void activateAnother() throws Exception {
    String old = id();
    test.ring().prepare(KeyUse.X509_AUTHORITY, SignatureAlgorithm.ES256, test.now());
    String next =
        test.ring().views(test.now()).stream()
            .filter(v -> v.use() == KeyUse.X509_AUTHORITY && !v.id().equals(old))
            .findFirst()
            .orElseThrow()
            .id();
    test.ring().activate(KeyUse.X509_AUTHORITY, next, true, test.now());
  }

  private String id() {
    return test.ring().views(test.now()).stream()
        .filter(v -> v.use() == KeyUse.X509_AUTHORITY)
        .findFirst()
        .orElseThrow()
        .id();
  }
}
