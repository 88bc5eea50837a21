package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mintmark.evidence.ReviewOrigin;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class TrustSourcesTest {
  private static final String A = "https://a.example.org";
  private static final String B = "https://b.example.org";

  private final World world = new World();

  private static String issuer(String url, String more) {
    return document(
        "Issuer",
        url.substring(8, 9),
        """
        type: oidc
        issuer: %s
        identity: spiffe://example.org/%s/{claim:sub}
        %s
        """
            .formatted(url, url.substring(8, 9), more));
  }

  @Test
  void aRecompileKeepsTheSourcesWhoseOriginDidNotChange() {
    world.sources.keepOnly(world.attestor(documents(issuer(A, ""), issuer(B, ""))));
    FakeSource<?> a = world.keysOf(A);
    FakeSource<?> b = world.keysOf(B);
    TrustAttestor next = world.attestor(documents(issuer(A, "singleUse: true"), issuer(B, "")));
    world.sources.keepOnly(next);
    assertThat(next.sources()).containsExactlyInAnyOrder(a, b);
    assertThat(a.closed || b.closed).isFalse();
    assertThat(world.sources.size()).isEqualTo(2);
  }

  @Test
  void aSourceOfAnotherOriginIsNewAndTheOldOneIsClosedAfterTheSwap() {
    world.sources.keepOnly(world.attestor(issuer(A, "")));
    FakeSource<?> old = world.keysOf(A);
    TrustAttestor next = world.attestor(issuer(A, "allowAddresses: [10.0.0.1]"));
    assertThat(old.closed).isFalse();
    world.sources.keepOnly(next);
    assertThat(old.closed).isTrue();
    assertThat(next.sources()).doesNotContain(old).hasSize(1);
    assertThat(world.sources.size()).isEqualTo(1);
  }

  @Test
  void aRemovedIssuersSourceIsClosed() {
    world.sources.keepOnly(world.attestor(documents(issuer(A, ""), issuer(B, ""))));
    world.sources.keepOnly(world.attestor(issuer(A, "")));
    assertThat(world.keysOf(B).closed).isTrue();
    assertThat(world.keysOf(A).closed).isFalse();
  }

  @Test
  void brokenDocumentsOpenAndCloseNothing() {
    TrustAttestor inForce = world.attestor(issuer(A, ""));
    assertThat(world.compile(documents(issuer(B, ""), issuer(A, "jwks: {file: none}"))))
        .isInstanceOf(TrustCompilation.Broken.class);
    assertThat(world.sources.size()).isEqualTo(1);
    world.sources.keepOnly(inForce);
    assertThat(world.keysOf(A).closed).isFalse();
  }

  @Test
  void sourcesOfDocumentsThatDidNotComeIntoForceAreClosed() {
    TrustAttestor inForce = world.attestor(issuer(A, ""));
    world.sources.keepOnly(inForce);
    world.attestor(documents(issuer(A, ""), issuer(B, "")));
    world.sources.dropDrafts();
    assertThat(world.keysOf(B).closed).isTrue();
    assertThat(world.keysOf(A).closed).isFalse();
    assertThat(inForce.sources()).hasSize(world.sources.size());
  }

  @Test
  void closingClosesAllForGood() {
    world.attestor(documents(issuer(A, ""), issuer(B, "")));
    world.sources.close();
    assertThat(world.keysOf(A).closed && world.keysOf(B).closed).isTrue();
    assertThat(world.sources.size()).isZero();
    assertThatIllegalStateException().isThrownBy(() -> world.compile(issuer(A, "")));
  }

  @Test
  void theBundleOfATrustDomainInForceStaysOpenAndARemovedOnesIsClosed() {
    String domains = documents(domain("a.example.org"), domain("b.example.org"));
    world.sources.keepOnly(world.attestor(domains));
    world.sources.keepOnly(world.attestor(domain("a.example.org")));
    assertThat(world.bundlesOf("a.example.org").closed).isFalse();
    assertThat(world.bundlesOf("b.example.org").closed).isTrue();
    assertThat(world.sources.size()).isEqualTo(1);
  }

  private static String domain(String name) {
    return document(
        "TrustDomain",
        name,
        "bundle: {workloadApi: \"unix:///run/%s.sock\"}\naccepts: [jwt-svid]".formatted(name));
  }

  @Test
  void afterClosingNothingIsOpened() {
    world.sources.close();
    assertThatIllegalStateException().isThrownBy(() -> world.compile(domain("a.example.org")));
    ReviewOrigin origin = new ReviewOrigin(A, null, ReviewOrigin.Wanted.NOTHING);
    assertThatIllegalStateException().isThrownBy(() -> world.sources.reviewer(origin));
    assertThat(world.sources.size()).isZero();
  }

  @Test
  void fetchesAreWaitedForOnVirtualThreadsOnly() throws Exception {
    TrustContext own = world.context();
    TrustContext context =
        new TrustContext(
            own.trustDomain(),
            own.issuer(),
            own.ownBundle(),
            own.sources(),
            own.replayGuard(),
            own.clock(),
            own.platforms());
    FutureTask<Boolean> onPlatform = new FutureTask<>(context.mayBlock()::getAsBoolean);
    FutureTask<Boolean> onVirtual = new FutureTask<>(context.mayBlock()::getAsBoolean);
    Thread.ofPlatform().start(onPlatform);
    Thread.ofVirtual().start(onVirtual);
    assertThat(onPlatform.get()).isFalse();
    assertThat(onVirtual.get()).isTrue();
  }
}
