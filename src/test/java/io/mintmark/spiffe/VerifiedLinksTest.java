package io.mintmark.spiffe;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;

class VerifiedLinksTest {
  private static final Pki.Issued ROOT = Pki.authority("CN=root").selfSigned();
  private static final Pki.Issued IMPOSTOR = Pki.authority("CN=root").selfSigned();
  private static final PublicKey KEY = ROOT.keys().getPublic();

  @Test
  void whatOneKeySignedIsNotRememberedForAnother() {
    VerifiedLinks links = new VerifiedLinks(4);
    X509Certificate leaf = leaf(1);
    assertThat(links.signed(leaf, KEY)).isTrue();
    assertThat(links.signed(leaf, IMPOSTOR.keys().getPublic())).isFalse();
  }

  @Test
  void whatAKeySignedIsNotRememberedForAnotherCertificate() {
    VerifiedLinks links = new VerifiedLinks(4);
    assertThat(links.signed(leaf(1), KEY)).isTrue();
    X509Certificate forged = Pki.leaf("spiffe://example.org/1").by(IMPOSTOR).certificate();
    assertThat(links.signed(forged, KEY)).isFalse();
    assertThat(links.signed(forged, KEY)).isFalse();
  }

  @Test
  void whatIsRememberedIsBounded() {
    VerifiedLinks links = new VerifiedLinks(4);
    for (int i = 0; i < 30; i++) {
      X509Certificate leaf = leaf(i);
      assertThat(links.signed(leaf, KEY)).isTrue();
      assertThat(links.signed(leaf, KEY)).isTrue();
      assertThat(links.size()).isLessThanOrEqualTo(8);
    }
  }

  private static X509Certificate leaf(int number) {
    return Pki.leaf("spiffe://example.org/" + number).by(ROOT).certificate();
  }
}
