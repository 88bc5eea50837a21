package io.mintmark.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.evidence.Evidence;
import io.mintmark.workload.Reason;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may speak for whom: RFC 9440 section 4 on what a spoofed header would do. */
final class CallersTest {
  private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.3.7");
  private static final InetAddress STRANGER = InetAddress.ofLiteral("203.0.113.9");
  private static final Callers CALLERS = new Callers(Networks.parse(List.of("10.0.3.0/24")));

  /** TLS without a client certificate. */
  private static final SSLSession TLS = withoutCertificate();

  private static X509Certificate certificate;

  @BeforeAll
  static void aCertificate(@TempDir Path data) throws Exception {
    certificate =
        DevAuthority.open(data, InstantSource.system())
            .x509Svid(
                WorkloadId.parse("spiffe://dev.mintmark/ns/payments/sa/orders"),
                Duration.ofMinutes(5))
            .chain()
            .getFirst();
  }

  @Test
  void aListedProxySpeaksForItsClient() throws Exception {
    Caller caller =
        of(
            PROXY,
            Map.of(
                "Client-Cert", List.of(header()),
                "X-Forwarded-For", List.of("198.51.100.4")));
    assertThat(caller.certificate()).isEqualTo(new Evidence.X509Svid(List.of(certificate)));
    assertThat(caller.source().getHostAddress()).isEqualTo("198.51.100.4");
  }

  @Test
  void theChainComesAfterTheLeaf() throws Exception {
    Caller caller =
        of(
            PROXY,
            Map.of(
                "Client-Cert", List.of(header()),
                "Client-Cert-Chain", List.of(header() + ", " + header(), header())));
    Evidence.X509Svid presented = caller.certificate();
    assertThat(presented).isNotNull();
    assertThat(presented.chain()).hasSize(4);
  }

  @Test
  void aStrangersHeaderRefusesTheRequest() {
    refused(STRANGER, Map.of("Client-Cert", List.of(header())));
    refused(STRANGER, Map.of("Client-Cert-Chain", List.of(header())));
    refused(InetAddress.getLoopbackAddress(), Map.of("Client-Cert", List.of(header())));
  }

  @Test
  void withoutTlsOnlyProxiesAndThisMachineAreServed() throws Exception {
    assertThatThrownBy(() -> CALLERS.of(STRANGER, null, name -> List.of()))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.REQUEST_MALFORMED));
    assertThat(CALLERS.of(PROXY, null, name -> List.of()).source()).isEqualTo(PROXY);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    assertThat(CALLERS.of(loopback, null, name -> List.of()).source()).isEqualTo(loopback);
  }

  @Test
  void aStrangersForwardedAddressIsNotBelieved() throws Exception {
    assertThat(of(STRANGER, Map.of("X-Forwarded-For", List.of("10.0.3.7"))).source())
        .isEqualTo(STRANGER);
  }

  @Test
  void whatTheClientPutBeforeTheProxysAddressIsNotBelieved() throws Exception {
    assertThat(
            of(PROXY, Map.of("X-Forwarded-For", List.of("1.1.1.1, 198.51.100.4, 10.0.3.8")))
                .source()
                .getHostAddress())
        .isEqualTo("198.51.100.4");
    assertThat(
            of(PROXY, Map.of("X-Forwarded-For", List.of("1.1.1.1", "198.51.100.4")))
                .source()
                .getHostAddress())
        .isEqualTo("198.51.100.4");
  }

  @Test
  void aProxyThatNamesNobodyIsTheSourceItself() throws Exception {
    Caller caller = of(PROXY, Map.of());
    assertThat(caller.source()).isEqualTo(PROXY);
    assertThat(caller.certificate()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "::",
        ":::",
        ":!!:",
        "MIIB",
        ":MIIB",
        "MIIB:",
        ":MIIB:",
        ":AAAA:",
        ":LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t:",
        ":MIIB=:",
        "\"MIIB\"",
        ":MIIB:;a=1",
        ":-_-_:",
        ":MIIBMIIB:, :MIIB:",
        "?1",
        "()",
        ":\u0000:",
        ": MIIB :",
        ":MIIB\n:"
      })
  void aHeaderThatHoldsNoCertificateIsRefused(String value) {
    refused(PROXY, Map.of("Client-Cert", List.of(value)));
  }

  @Test
  void oneHeaderHoldsOneCertificate() throws Exception {
    byte[] der = certificate.getEncoded();
    byte[] two = new byte[der.length * 2];
    System.arraycopy(der, 0, two, 0, der.length);
    System.arraycopy(der, 0, two, der.length, der.length);
    refused(
        PROXY, Map.of("Client-Cert", List.of(":" + Base64.getEncoder().encodeToString(two) + ":")));
    refused(PROXY, Map.of("Client-Cert", List.of(header(), header())));
    refused(PROXY, Map.of("Client-Cert-Chain", List.of(header())));
    String many = String.join(", ", java.util.Collections.nCopies(9, header()));
    refused(PROXY, Map.of("Client-Cert", List.of(header()), "Client-Cert-Chain", List.of(many)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"unknown", "_hidden", "example.org", "1.2.3.4:5", "[::1]", "1.2.3", "a b"})
  void aForwardedAddressThatIsNoneIsRefused(String value) {
    refused(PROXY, Map.of("X-Forwarded-For", List.of(value)));
  }

  @Test
  void aDoubledTraceparentIsLeftOut() throws Exception {
    String one = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assertThat(of(STRANGER, Map.of("traceparent", List.of(one))).traceparent()).isEqualTo(one);
    assertThat(of(STRANGER, Map.of("traceparent", List.of(one, one))).traceparent()).isNull();
  }

  private static String header() {
    try {
      return ":" + Base64.getEncoder().encodeToString(certificate.getEncoded()) + ":";
    } catch (java.security.cert.CertificateEncodingException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static SSLSession withoutCertificate() {
    try {
      return SSLContext.getDefault().createSSLEngine().getSession();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Caller of(InetAddress peer, Map<String, List<String>> headers) throws Refusal {
    return CALLERS.of(peer, TLS, name -> headers.getOrDefault(name, List.of()));
  }

  private static void refused(InetAddress peer, Map<String, List<String>> headers) {
    assertThatThrownBy(() -> of(peer, headers))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.REQUEST_MALFORMED));
  }
}
