package io.mintmark.spiffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

class PeerTrustTest {
  private static final WorkloadId SERVER = WorkloadId.parse("spiffe://example.org/server");
  private static final Pki.Issued ROOT = Pki.authority("CN=root").selfSigned();
  private static final Pki.Issued IMPOSTOR = Pki.authority("CN=root").selfSigned();
  private final PeerTrust trust =
      new PeerTrust(
          SERVER,
          () ->
              new Bundle(
                  new TrustDomain("example.org"),
                  List.of(ROOT.certificate()),
                  List.of(),
                  null,
                  null),
          InstantSource.fixed(Pki.NOW));

  @Test
  void theServerThatIsMeantIsBelievedWhateverItsHost() {
    assertThatCode(() -> everyWay(Pki.leaf(SERVER.uri()).by(ROOT))).doesNotThrowAnyException();
  }

  @Test
  void anotherOfTheSameTrustDomainIsNotBelieved() {
    assertDistrust(Pki.leaf("spiffe://example.org/server2").by(ROOT), "and not \"" + SERVER);
  }

  @Test
  void aServerWithoutAnSvidOfTheBundleIsNotBelieved() {
    assertDistrust(Pki.leaf(SERVER.uri()).by(IMPOSTOR), "does not hold");
    assertDistrust(
        Pki.leaf(SERVER.uri()).valid(Pki.NOW.minusSeconds(9), Pki.NOW).by(ROOT), "does not hold");
  }

  @Test
  void clientsAreNeverBelieved() {
    X509Certificate[] chain = {Pki.leaf(SERVER.uri()).by(ROOT).certificate()};
    assertThatThrownBy(() -> trust.checkClientTrusted(chain, "EC"))
        .isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> trust.checkClientTrusted(chain, "EC", (Socket) null))
        .isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> trust.checkClientTrusted(chain, "EC", (SSLEngine) null))
        .isInstanceOf(CertificateException.class);
    assertThat(trust.getAcceptedIssuers()).isEmpty();
  }

  private void assertDistrust(Pki.Issued server, String why) {
    X509Certificate[] chain = {server.certificate()};
    assertThatThrownBy(() -> trust.checkServerTrusted(chain, "EC"))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining(why);
    assertThatThrownBy(() -> trust.checkServerTrusted(chain, "EC", (Socket) null))
        .isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> trust.checkServerTrusted(chain, "EC", (SSLEngine) null))
        .isInstanceOf(CertificateException.class);
  }

  private void everyWay(Pki.Issued server) throws CertificateException {
    X509Certificate[] chain = {server.certificate()};
    trust.checkServerTrusted(chain, "EC");
    trust.checkServerTrusted(chain, "EC", (Socket) null);
    trust.checkServerTrusted(chain, "EC", (SSLEngine) null);
  }
}
