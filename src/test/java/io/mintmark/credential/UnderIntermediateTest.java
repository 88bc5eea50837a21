package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.jose.Crypto;
import io.mintmark.keys.KeySettings;
import io.mintmark.keys.Pem;
import io.mintmark.keys.TestRing;
import io.mintmark.spiffe.Pki;
import io.mintmark.spiffe.SvidCheck;
import io.mintmark.spiffe.X509Svid;
import io.mintmark.storage.files.FileKeyStore;
import io.mintmark.workload.SignatureAlgorithm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Under an operator's intermediates a leaf goes out with what is between it and the root. */
class UnderIntermediateTest {
  @TempDir private Path folder;
  private final Pki.Issued root = authority("CN=root").selfSigned();
  private final Pki.Issued middle = authority("CN=middle").by(root);
  private final Pki.Issued issuer =
      authority("CN=issuer")
          .extension(
              Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(new byte[] {1, 2}))
          .by(middle);
  private TestRing test;
  private Mint mint;

  @BeforeEach
  void openRing() throws Exception {
    write("chain.pem", "CERTIFICATE", issuer.certificate().getEncoded());
    Files.writeString(
        folder.resolve("chain.pem"),
        Files.readString(folder.resolve("chain.pem"))
            + Pem.encode("CERTIFICATE", middle.certificate().getEncoded()));
    write("roots.pem", "CERTIFICATE", root.certificate().getEncoded());
    write("key.pem", "PRIVATE KEY", issuer.keys().getPrivate().getEncoded());
    Files.setPosixFilePermissions(
        folder.resolve("key.pem"), PosixFilePermissions.fromString("rw-------"));
    KeySettings defaults = KeySettings.defaults(TestRing.DOMAIN);
    KeySettings settings =
        new KeySettings(
            defaults.trustDomain(),
            defaults.accessToken(),
            defaults.jwtSvid(),
            new KeySettings.Intermediate(
                folder.resolve("chain.pem"),
                folder.resolve("key.pem"),
                folder.resolve("roots.pem")),
            defaults.lifetime(),
            defaults.prepareLead(),
            defaults.longestCredential(),
            defaults.refreshHint());
    test = new TestRing(settings, new FileKeyStore(folder.resolve("keys")));
    mint = new Mint(test.ring(), "https://mintmark.example.org", new SecureRandom());
  }

  @Test
  void aLeafGoesOutWithItsIntermediatesInOrder() throws Exception {
    Credential.X509Svid svid = strike();
    assertThat(svid.chain().subList(1, 3))
        .containsExactly(issuer.certificate(), middle.certificate());
    assertThat(svid.chain()).hasSize(3);
    assertThat(svid.authorities()).containsExactly(root.certificate());
    assertThat(X509Svid.validate(svid.chain(), test.ring().bundle(), test.now()))
        .isInstanceOf(SvidCheck.Valid.class);
    X509Certificate leaf = svid.chain().getFirst();
    assertThat(leaf.getExtensionValue("2.5.29.35"))
        .isEqualTo(new byte[] {4, 6, 0x30, 4, (byte) 0x80, 2, 1, 2});
  }

  @Test
  void whoeverWritesToACredentialChangesNoOther() throws Exception {
    for (byte[] certificate : strike().encodedChain()) {
      certificate[certificate.length / 2] ^= 1;
    }
    assertThat(strike().chain().subList(1, 3))
        .containsExactly(issuer.certificate(), middle.certificate());
  }

  private Credential.X509Svid strike() throws Exception {
    var key = Crypto.generate(SignatureAlgorithm.ES256).getPublic();
    var grant =
        Grants.of(Grants.x509Svid(key, "orders.svc"), test.now(), test.now().plusSeconds(300));
    return (Credential.X509Svid) mint.mint(grant, test.now());
  }

  private static Pki authority(String name) {
    return Pki.authority(name)
        .valid(Pki.NOW.minus(Duration.ofDays(1)), Pki.NOW.plus(Duration.ofDays(300)));
  }

  private void write(String file, String label, byte[] der) throws Exception {
    Files.writeString(folder.resolve(file), Pem.encode(label, der));
  }
}
