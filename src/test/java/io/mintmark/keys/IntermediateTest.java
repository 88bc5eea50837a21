package io.mintmark.keys;

import static io.mintmark.keys.TestAuthorities.ca;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.keys.TestAuthorities.Ca;
import io.mintmark.storage.files.FileKeyStore;
import io.mintmark.storage.memory.MemoryKeyStore;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureNameFinder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntermediateTest {
  private static final Instant NOW = TestRing.START;
  private static final Instant OLD = NOW.minus(Duration.ofDays(9));

  @TempDir Path folder;

  /** Writes files that are wrong in one way. */
  interface Wrong {
    void write(IntermediateTest in) throws Exception;
  }

  record Case(String name, String why, Wrong wrong) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> wrongFiles() {
    return Stream.of(
        new Case("expired", "expired at", t -> t.under(ca("CN=i").between(OLD, NOW))),
        new Case(
            "of the future",
            "is not valid before",
            t -> t.under(ca("CN=i").between(NOW.plusSeconds(3600), NOW.plusSeconds(9999)))),
        new Case("no CA", "is not a CA", t -> t.under(ca("CN=i").noCa())),
        new Case(
            "no keyCertSign",
            "is not a CA",
            t -> t.under(ca("CN=i").usage(KeyUsage.digitalSignature))),
        new Case("no key usage", "is not a CA", t -> t.under(ca("CN=i").usage(0))),
        new Case(
            "another trust domain",
            "its URI name is not",
            t -> t.under(ca("CN=i").uri("spiffe://evil.example.org"))),
        new Case(
            "a workload's name",
            "its URI name is not",
            t -> t.under(ca("CN=i").uri("spiffe://broker.example.org/x"))),
        new Case("P-521", "not P-256, P-384 or RSA", t -> t.under(ca("CN=i").key("secp521r1"))),
        new Case("Ed25519", "not P-256, P-384 or RSA", t -> t.under(ca("CN=i").key("Ed25519"))),
        new Case(
            "another's key",
            "does not belong",
            t -> TestAuthorities.writeKey(t.key(), t.under(ca("CN=j")).pair())),
        new Case(
            "a key of another type",
            "does not fit",
            t ->
                TestAuthorities.writeKey(
                    t.key(), TestAuthorities.root(ca("CN=x").key("RSA")).pair())),
        new Case(
            "another root",
            "does not lead to a root",
            t ->
                TestAuthorities.write(
                    t.roots(), TestAuthorities.root(ca("CN=root")).certificate())),
        new Case(
            "an expired root",
            "every root has expired",
            t -> t.all(TestAuthorities.root(ca("CN=root").between(OLD, NOW)), ca("CN=i"))),
        new Case(
            "a root that is no CA",
            "is not a CA",
            t -> t.all(TestAuthorities.root(ca("CN=root").noCa()), ca("CN=i"))),
        new Case(
            "a root of path length 0 above two",
            "",
            t -> t.threeDeep(ca("CN=root").pathLength(0), ca("CN=middle"))),
        new Case(
            "a middle of path length 0",
            "",
            t -> t.threeDeep(ca("CN=root"), ca("CN=middle").pathLength(0))),
        new Case(
            "a middle that is no CA",
            "is not a CA",
            t -> t.threeDeep(ca("CN=root"), ca("CN=middle").noCa())),
        new Case(
            "a middle that expired",
            "expired at",
            t -> t.threeDeep(ca("CN=root"), ca("CN=middle").between(OLD, NOW.minusSeconds(1)))),
        new Case("the chain upside down", "", t -> t.upsideDown()),
        new Case("seven certificates", "more than 6", t -> t.seven()),
        new Case("an empty chain", "holds no certificate", t -> Files.writeString(t.chain(), "")),
        new Case("no chain", "chain.pem", t -> Files.delete(t.chain())),
        new Case("no key", "key.pem", t -> Files.delete(t.key())),
        new Case("no roots", "roots.pem", t -> Files.delete(t.roots())),
        new Case(
            "a key among the certificates",
            "other than certificates",
            t -> Files.write(t.chain(), Files.readAllBytes(t.key()))),
        new Case(
            "a certificate in place of the key",
            "does not hold one PKCS #8",
            t -> Files.write(t.key(), Files.readAllBytes(t.chain()))),
        new Case(
            "an encrypted key",
            "does not hold one PKCS #8",
            t ->
                Files.writeString(
                    t.key(), Files.readString(t.key()).replace("PRIVATE", "ENCRYPTED PRIVATE"))),
        new Case(
            "two keys",
            "does not hold one PKCS #8",
            t -> Files.writeString(t.key(), Files.readString(t.key()).repeat(2))),
        new Case(
            "a broken certificate",
            "broken certificate",
            t -> Files.writeString(t.chain(), Pem.encode("CERTIFICATE", new byte[] {0x30, 1, 2}))),
        new Case(
            "text around",
            "text outside",
            t -> Files.writeString(t.chain(), "subject=x\n" + Files.readString(t.chain()))),
        new Case(
            "more than a megabyte",
            "larger than 1 MiB",
            t -> Files.writeString(t.roots(), "\n".repeat(1 << 21))));
  }

  @ParameterizedTest
  @MethodSource("wrongFiles")
  void wrongFilesAreRefusedAtTheStart(Case wrong) throws Exception {
    good();
    wrong.wrong().write(this);
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(wrong.why());
  }

  @ParameterizedTest
  @MethodSource("wrongFiles")
  void wrongFilesLeaveTheLastGoodAuthorityInForce(Case wrong) throws Exception {
    Ca first = good();
    TestRing test = open();
    test.pass(Duration.ofMinutes(1));
    wrong.wrong().write(this);
    test.tick();
    assertThat(test.ring().problem()).hasValueSatisfying(p -> assertThat(p).contains(wrong.why()));
    assertThat(test.ring().authority(test.now()).certificates().issuer())
        .isEqualTo(first.certificate());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-rw----", "rw--w----", "rw-----w-"})
  void aKeyThatOthersCanReachIsRefused(String mode) throws Exception {
    good();
    Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString(mode));
    assertThatThrownBy(this::open).hasMessageContaining("set mode 0600");
  }

  @Test
  void aMountedSecretsLinkAndGroupAreTaken() throws Exception {
    good();
    Path target = folder.resolve("data");
    Files.move(key(), target);
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r--r-----"));
    Files.createSymbolicLink(key(), target);
    assertThat(open().ring().problem()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "RSA"})
  void anIntermediateSignsWithItsKindOfKey(String type) throws Exception {
    Ca root = TestAuthorities.root(ca("CN=root"));
    Ca middle = TestAuthorities.under(root, ca("CN=middle"));
    Ca issuer =
        TestAuthorities.under(middle, ca("CN=issuer").uri("spiffe://broker.example.org").key(type));
    write(root, issuer, middle.certificate());
    TestRing test = open();
    AuthorityCertificates certificates = test.ring().authority(NOW).certificates();
    assertThat(certificates.chain()).containsExactly(issuer.certificate(), middle.certificate());
    assertThat(test.ring().bundle().x509Authorities()).containsExactly(root.certificate());
    assertThat(verifies(issuer, test.ring().authority(NOW).contentSigner())).isTrue();
  }

  private static boolean verifies(Ca issuer, ContentSigner signer) throws Exception {
    byte[] message = {1, 2, 3};
    signer.getOutputStream().write(message);
    Signature check =
        Signature.getInstance(
            new DefaultSignatureNameFinder().getAlgorithmName(signer.getAlgorithmIdentifier()));
    check.initVerify(issuer.pair().getPublic());
    check.update(message);
    return check.verify(signer.getSignature());
  }

  @Test
  void anIntermediateThatMaySignLeavesOnlySigns() throws Exception {
    Ca root = TestAuthorities.root(ca("CN=root").pathLength(1));
    Ca issuer = TestAuthorities.under(root, ca("CN=issuer").pathLength(0));
    write(root, issuer);
    assertThat(issuer(open())).isEqualTo(issuer.certificate());
  }

  @Test
  void aRenewalUnderAKnownRootTakesOverAtOnce() throws Exception {
    Ca root = TestAuthorities.root(ca("CN=root"));
    write(root, TestAuthorities.under(root, ca("CN=one")));
    TestRing test = open();
    test.live(Duration.ofHours(1));
    Ca two = TestAuthorities.under(root, ca("CN=two"));
    write(root, two);
    test.live(Duration.ofMinutes(1));
    assertThat(issuer(test)).isEqualTo(two.certificate());
    assertThat(test.all(KeyUse.X509_AUTHORITY, KeyState.RETIRING)).hasSize(1);
  }

  @Test
  void aRenewalUnderANewRootWaitsUntilVerifiersHaveIt() throws Exception {
    Ca oldRoot = TestAuthorities.root(ca("CN=old root"));
    Ca one = TestAuthorities.under(oldRoot, ca("CN=one"));
    write(oldRoot, one);
    TestRing test = open();
    test.live(Duration.ofHours(1));
    Ca newRoot = TestAuthorities.root(ca("CN=new root"));
    Ca two = TestAuthorities.under(newRoot, ca("CN=two"));
    write(newRoot, two);
    test.live(Duration.ofMinutes(30));
    assertThat(issuer(test)).isEqualTo(one.certificate());
    assertThat(test.ring().bundle().x509Authorities())
        .containsExactlyInAnyOrder(oldRoot.certificate(), newRoot.certificate());
    test.live(Duration.ofMinutes(1));
    assertThat(issuer(test)).isEqualTo(two.certificate());
    test.live(Duration.ofHours(26));
    assertThat(test.ring().bundle().x509Authorities()).hasSize(2);
    test.live(Duration.ofHours(2));
    assertThat(test.ring().bundle().x509Authorities()).containsExactly(newRoot.certificate());
  }

  /** Its operator took it back, whatever the reason was. */
  @Test
  void anIntermediateThatWasReplacedWhileItWaitedNeverSigns() throws Exception {
    Ca oldRoot = TestAuthorities.root(ca("CN=old root"));
    Ca one = TestAuthorities.under(oldRoot, ca("CN=one"));
    write(oldRoot, one);
    TestRing test = open();
    test.live(Duration.ofHours(1));
    Ca newRoot = TestAuthorities.root(ca("CN=new root"));
    write(newRoot, TestAuthorities.under(newRoot, ca("CN=two")));
    test.live(Duration.ofMinutes(10));
    String replaced = test.only(KeyUse.X509_AUTHORITY, KeyState.PREPARED).id();
    Ca three = TestAuthorities.under(newRoot, ca("CN=three"));
    write(newRoot, three);
    test.live(Duration.ofMinutes(1));
    assertThat(test.only(KeyUse.X509_AUTHORITY, KeyState.PREPARED).id()).isNotEqualTo(replaced);
    assertThat(test.events)
        .anyMatch(e -> e.step() == KeyEvent.Step.REMOVED && e.key().id().equals(replaced));
    test.live(Duration.ofHours(1));
    assertThat(issuer(test)).isEqualTo(three.certificate());
    assertThat(test.events)
        .noneMatch(e -> e.step() == KeyEvent.Step.ACTIVATED && e.key().id().equals(replaced));
  }

  @Test
  void anIntermediateWaitsOnWhileItsFilesCannotBeRead() throws Exception {
    Ca oldRoot = TestAuthorities.root(ca("CN=old root"));
    write(oldRoot, TestAuthorities.under(oldRoot, ca("CN=one")));
    TestRing test = open();
    test.live(Duration.ofHours(1));
    Ca newRoot = TestAuthorities.root(ca("CN=new root"));
    Ca two = TestAuthorities.under(newRoot, ca("CN=two"));
    write(newRoot, two);
    test.live(Duration.ofMinutes(10));
    String waiting = test.only(KeyUse.X509_AUTHORITY, KeyState.PREPARED).id();
    Files.delete(chain());
    test.live(Duration.ofMinutes(10));
    assertThat(test.only(KeyUse.X509_AUTHORITY, KeyState.PREPARED).id()).isEqualTo(waiting);
    write(newRoot, two);
    test.live(Duration.ofMinutes(11));
    assertThat(issuer(test)).isEqualTo(two.certificate());
  }

  @Test
  void aRootThatIsAddedToTheFileIsPublished() throws Exception {
    Ca root = TestAuthorities.root(ca("CN=root"));
    Ca added = TestAuthorities.root(ca("CN=added"));
    write(root, TestAuthorities.under(root, ca("CN=one")));
    TestRing test = open();
    TestAuthorities.write(roots(), root.certificate(), added.certificate());
    test.live(Duration.ofMinutes(1));
    assertThat(test.ring().bundle().x509Authorities())
        .containsExactlyInAnyOrder(root.certificate(), added.certificate());
    String waiting = test.only(KeyUse.X509_AUTHORITY, KeyState.PREPARED).id();
    assertThat(test.ring().revoke(KeyUse.X509_AUTHORITY, waiting, test.now()))
        .isInstanceOf(KeyCommand.Refused.class);
  }

  @Test
  void theOldRootIsStillPublishedAfterARestart() throws Exception {
    Ca oldRoot = TestAuthorities.root(ca("CN=old root"));
    write(oldRoot, TestAuthorities.under(oldRoot, ca("CN=one")));
    MemoryKeyStore store = new MemoryKeyStore();
    TestRing test = new TestRing(settings(), store);
    test.live(Duration.ofHours(1));
    Ca newRoot = TestAuthorities.root(ca("CN=new root"));
    write(newRoot, TestAuthorities.under(newRoot, ca("CN=two")));
    test.live(Duration.ofHours(1));
    test.reopened(Set.of());
    assertThat(test.ring().bundle().x509Authorities())
        .containsExactlyInAnyOrder(oldRoot.certificate(), newRoot.certificate());
  }

  @Test
  void filesThatAreThereAgainSignAgain() throws Exception {
    Ca root = TestAuthorities.root(ca("CN=root"));
    Ca one = TestAuthorities.under(root, ca("CN=one"));
    Ca two = TestAuthorities.under(root, ca("CN=two"));
    write(root, one);
    TestRing test = open();
    test.live(Duration.ofHours(1));
    write(root, two);
    test.live(Duration.ofMinutes(1));
    assertThat(issuer(test)).isEqualTo(two.certificate());
    write(root, one);
    test.live(Duration.ofMinutes(1));
    assertThat(issuer(test)).isEqualTo(one.certificate());
    assertThat(test.all(KeyUse.X509_AUTHORITY, KeyState.RETIRING)).hasSize(1);
  }

  /** Their key is in no store: it is read from its file each time. */
  @Test
  void afterARestartTheFilesSignOn() throws Exception {
    Ca issuer = good();
    TestRing test = new TestRing(settings(), new FileKeyStore(folder.resolve("keys")));
    test.reopened(Set.of());
    assertThat(issuer(test)).isEqualTo(issuer.certificate());
    assertThat(test.all(KeyUse.X509_AUTHORITY, KeyState.ACTIVE)).hasSize(1);
    assertThat(test.ring().problem()).isEmpty();
  }

  @Test
  void goingOverFromAnOwnRootToFilesLeavesNoGap() throws Exception {
    TestRing own = new TestRing();
    X509Certificate ownRoot = own.ring().bundle().x509Authorities().getFirst();
    Ca issuer = good();
    TestRing test = new TestRing(settings(), own.store);
    assertThat(issuer(test)).isEqualTo(ownRoot);
    test.live(Duration.ofMinutes(31));
    assertThat(issuer(test)).isEqualTo(issuer.certificate());
    assertThat(test.ring().bundle().x509Authorities()).contains(ownRoot).hasSize(2);
    assertThat(test.ring().prepare(KeyUse.X509_AUTHORITY, SignatureAlgorithm.ES256, test.now()))
        .isInstanceOf(KeyCommand.Refused.class);
  }

  @Test
  void goingBackFromFilesToAnOwnRootSigns() throws Exception {
    good();
    TestRing files = new TestRing(settings(), new FileKeyStore(folder.resolve("keys")));
    TestRing own = new TestRing(KeySettings.defaults(TestRing.DOMAIN), files.store);
    assertThat(own.ring().authority(NOW).certificates().chain()).isEmpty();
    assertThat(own.ring().bundle().x509Authorities()).hasSize(2);
  }

  private X509Certificate issuer(TestRing test) throws KeysUnavailable {
    return test.ring().authority(test.now()).certificates().issuer();
  }

  private KeySettings settings() {
    KeySettings defaults = KeySettings.defaults(TestRing.DOMAIN);
    return new KeySettings(
        defaults.trustDomain(),
        defaults.accessToken(),
        defaults.jwtSvid(),
        TestAuthorities.files(folder),
        defaults.lifetime(),
        defaults.prepareLead(),
        defaults.longestCredential(),
        defaults.refreshHint());
  }

  private TestRing open() throws IOException {
    try {
      return new TestRing(settings(), new MemoryKeyStore());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Ca good() throws Exception {
    Ca root = TestAuthorities.root(ca("CN=root"));
    Ca issuer = TestAuthorities.under(root, ca("CN=issuer"));
    write(root, issuer);
    return issuer;
  }

  private Ca under(TestAuthorities.Spec spec) throws Exception {
    Ca root = TestAuthorities.root(ca("CN=root"));
    all(root, spec);
    return TestAuthorities.under(root, spec);
  }

  private void all(Ca root, TestAuthorities.Spec spec) throws Exception {
    write(root, TestAuthorities.under(root, spec));
  }

  private void threeDeep(TestAuthorities.Spec top, TestAuthorities.Spec middle) throws Exception {
    Ca root = TestAuthorities.root(top);
    Ca between = TestAuthorities.under(root, middle);
    write(root, TestAuthorities.under(between, ca("CN=issuer")), between.certificate());
  }

  private void upsideDown() throws Exception {
    Ca root = TestAuthorities.root(ca("CN=root"));
    Ca middle = TestAuthorities.under(root, ca("CN=middle"));
    Ca issuer = TestAuthorities.under(middle, ca("CN=issuer"));
    write(root, issuer);
    TestAuthorities.write(chain(), middle.certificate(), issuer.certificate());
  }

  private void seven() throws Exception {
    Ca root = TestAuthorities.root(ca("CN=root"));
    Ca issuer = TestAuthorities.under(root, ca("CN=issuer"));
    write(root, issuer);
    X509Certificate[] seven = new X509Certificate[7];
    Arrays.fill(seven, issuer.certificate());
    TestAuthorities.write(chain(), seven);
  }

  private void write(Ca root, Ca issuer, X509Certificate... above) throws Exception {
    X509Certificate[] chain =
        Stream.concat(Stream.of(issuer.certificate()), List.of(above).stream())
            .toArray(X509Certificate[]::new);
    TestAuthorities.write(chain(), chain);
    TestAuthorities.write(roots(), root.certificate());
    TestAuthorities.writeKey(key(), issuer.pair());
  }

  private Path chain() {
    return folder.resolve("chain.pem");
  }

  private Path key() {
    return folder.resolve("key.pem");
  }

  private Path roots() {
    return folder.resolve("roots.pem");
  }
}
