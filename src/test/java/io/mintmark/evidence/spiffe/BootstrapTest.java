package io.mintmark.evidence.spiffe;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.LastGood;
import io.mintmark.evidence.ManualBackground;
import io.mintmark.evidence.RefreshSettings;
import io.mintmark.evidence.SourceListener;
import io.mintmark.evidence.TestClock;
import io.mintmark.evidence.Upkeep;
import io.mintmark.fetch.AllowedAddresses;
import io.mintmark.fetch.FetchLimits;
import io.mintmark.fetch.FetchRequest;
import io.mintmark.fetch.Fetcher;
import io.mintmark.fetch.LocalFile;
import io.mintmark.fetch.LoopbackServer;
import io.mintmark.fetch.ThrowawayAuthority;
import io.mintmark.spiffe.Bundle;
import io.mintmark.storage.files.FileLastGood;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who vouches for a bundle endpoint of profile https_spiffe, over time and restarts. */
class BootstrapTest {
  private static final TrustDomain PROD = new TrustDomain("prod.example.org");
  private static final WorkloadId SERVER =
      WorkloadId.parse("spiffe://prod.example.org/spire/server");
  private static final Duration OUTAGE = Duration.ofDays(3);
  private static final Pattern DELETE = Pattern.compile(".*delete \"(?<file>[^\"]+)\"");

  @TempDir private Path folder;
  private final TestClock clock = new TestClock(Instant.now());
  private ManualBackground background = new ManualBackground();
  private final Fetcher fetcher =
      new Fetcher(FetchLimits.DEFAULT, host -> List.of(InetAddress.ofLiteral("127.0.0.1")));
  private ThrowawayAuthority first;
  private ThrowawayAuthority next;
  private Path bootstrap;
  private LastGood kept;
  private @Nullable LoopbackServer server;
  private int port;

  @BeforeEach
  void start() throws Exception {
    first = authority("first");
    next = authority("next");
    kept = new FileLastGood(folder.resolve("last-good"));
    bootstrap = Files.writeString(folder.resolve("bootstrap.json"), json(1L, first));
    serve(first, json(2L, first, next));
  }

  @AfterEach
  void stop() {
    fetcher.close();
    closeServer();
  }

  /** SPIRE 1.14.3: a resumed session must not outlive the authority that vouched for it. */
  @Test
  void theNewestBundleAuthenticatesTheNextFetchAndARotatedAuthorityNoMore() throws Exception {
    var source = rotated();
    serve(first, json(4L, first));
    background.ring();
    assertThat(source.lastError()).contains("X.509-SVID does not hold", "newer bootstrap file");
    assertThat(authorities(source)).containsExactly(next.certificate());
  }

  @Test
  void anAuthorityThatWasRotatedOutDoesNotVouchAgainAfterALongOutage() throws Exception {
    var source = rotated();
    closeServer();
    clock.advance(OUTAGE);
    background.ring();
    assertThat(source.current(clock.instant())).as("too old to be believed").isNull();
    serve(first, json(4L, first));
    background.ring();
    assertThat(source.current(clock.instant())).isNull();
    assertThat(source.lastError()).contains("X.509-SVID does not hold");
    serve(next, json(4L, next));
    background.ring();
    assertThat(authorities(source))
        .as("what was learned last vouches, however old")
        .containsExactly(next.certificate());
  }

  @Test
  void norAfterARestart() throws Exception {
    rotated().close();
    clock.advance(OUTAGE);
    serve(first, json(4L, first));
    assertThat(source().lastError()).contains("X.509-SVID does not hold");
    serve(next, json(4L, next));
    assertThat(authorities(source())).containsExactly(next.certificate());
  }

  @Test
  void norOnceWhatWasLearnedIsDamaged() throws Exception {
    rotated().close();
    Files.writeString(file("https_spiffe"), "damaged");
    serve(first, json(4L, first));
    var source = source();
    assertThat(source.current(clock.instant())).isNull();
    assertThat(source.lastError()).contains("has vouched before", bootstrap.toString());
    assertThat(asked()).isZero();
  }

  @Test
  void norOnceNobodyCanTellWhetherItDid() throws Exception {
    rotated().close();
    Files.delete(file("https_spiffe"));
    Files.writeString(file("used bootstraps"), "damaged");
    serve(first, json(4L, first));
    assertThat(source().lastError()).contains("has vouched before");
    assertThat(asked()).isZero();
  }

  @Test
  void norAtAnotherAddressOfTheEndpoint() throws Exception {
    rotated().close();
    closeServer();
    port = 0;
    serve(first, json(4L, first));
    assertThat(source().lastError()).contains("X.509-SVID does not hold");
  }

  /** A bootstrap of a high sequence would otherwise be the newer one at every fetch. */
  @Test
  void norBecauseItsSequenceIsHigherThanWhatItVouchedFor() throws Exception {
    Files.writeString(bootstrap, json(99L, first));
    var source = source();
    serve(next, json(3L, next));
    background.ring();
    assertThat(authorities(source)).containsExactly(next.certificate());
    serve(first, json(4L, first));
    background.ring();
    assertThat(source.lastError()).contains("X.509-SVID does not hold");
  }

  @Test
  void norBecauseItsFileWasLaidOutAnew() throws Exception {
    Files.writeString(bootstrap, json(null, first));
    rotated();
    Files.writeString(bootstrap, json(null, first).replace(",", ", "));
    serve(first, json(4L, first));
    background.ring();
    assertThat(source().lastError()).contains("X.509-SVID does not hold");
    Files.writeString(bootstrap, ThrowawayAuthority.pem(first.certificate()));
    assertThat(source().lastError()).as("as PEM").contains("X.509-SVID does not hold");
  }

  @Test
  void anOperatorsNewerFileMendsAFederationThatFellBehindOnce() throws Exception {
    var source = rotated();
    var third = authority("third");
    Files.writeString(bootstrap, json(9L, third));
    serve(third, json(9L, third));
    background.ring();
    assertThat(authorities(source)).containsExactly(third.certificate());
    var fourth = authority("fourth");
    serve(third, json(10L, fourth));
    background.ring();
    serve(third, json(11L, third));
    background.ring();
    assertThat(source.lastError()).as("once").contains("X.509-SVID does not hold");
    assertThat(authorities(source)).containsExactly(fourth.certificate());
    assertThat(source().lastError()).as("over a restart").contains("X.509-SVID does not hold");
  }

  /** As one that was opened for documents that did not come into force. */
  @Test
  void aFileThatASourceFetchedByAndNeverTookStillVouches() throws Exception {
    var dropped = unworked();
    dropped.close();
    background.work();
    var source = source();
    assertThat(source.lastError()).isNull();
    assertThat(authorities(source)).containsExactly(first.certificate(), next.certificate());
  }

  /** As a revert in the repository of the policy would put it in. */
  @Test
  void anOlderFileIsNotUsed() throws Exception {
    var source = rotated();
    Files.writeString(bootstrap, json(0L, first));
    serve(first, json(4L, first));
    background.ring();
    assertThat(source.lastError()).contains("older than what was learned", "delete");
    Files.writeString(bootstrap, json(1L, first));
    background.ring();
    assertThat(authorities(source)).containsExactly(next.certificate());
  }

  @Test
  void aTrustDomainThatWasRebuiltBeginsAnewOnceTheOperatorDeletesWhatTheMessageNames()
      throws Exception {
    var source = rotated();
    var rebuilt = authority("rebuilt");
    Files.writeString(bootstrap, json(1L, rebuilt));
    serve(rebuilt, json(1L, rebuilt));
    background.ring();
    source.close();
    Files.delete(named(source));
    assertThat(authorities(source())).containsExactly(rebuilt.certificate());
  }

  @Test
  void theSameFileVouchesAgainOnceTheOperatorDeletesWhatTheMessageNames() throws Exception {
    rotated().close();
    Files.delete(file("https_spiffe"));
    serve(first, json(4L, first));
    var stuck = source();
    stuck.close();
    Files.delete(named(stuck));
    assertThat(authorities(source())).containsExactly(first.certificate());
  }

  @Test
  void nothingIsBelievedWhileItCannotBeNotedThatTheFileVouched() throws Exception {
    LastGood disk = kept;
    kept =
        new LastGood() {
          @Override
          public Found load(String place) {
            return disk.load(place);
          }

          @Override
          public void save(String place, Kept keys) throws IOException {
            throw new IOException("no space left on device");
          }

          @Override
          public String whereabouts(String place) {
            return disk.whereabouts(place);
          }
        };
    var source = source();
    assertThat(source.current(clock.instant())).isNull();
    assertThat(source.lastError()).contains("cannot be noted");
  }

  @Test
  void aTrustDomainThatRevokedAllItsKeysNeedsANewBootstrapFile() throws Exception {
    var source = source();
    serve(first, "{\"keys\": [], \"spiffe_sequence\": 3}");
    background.ring();
    assertThat(authorities(source)).isEmpty();
    serve(first, json(4L, first));
    background.ring();
    assertThat(source.lastError()).contains("has no authority", "newer bootstrap file");
    Files.writeString(bootstrap, json(4L, next));
    serve(next, json(4L, next));
    background.ring();
    assertThat(authorities(source)).containsExactly(next.certificate());
  }

  @Test
  void aBootstrapFileThatIsGoneIsMissedByNobodyWhoHasLearned() throws Exception {
    var source = rotated();
    Files.delete(bootstrap);
    serve(next, json(4L, next));
    background.ring();
    assertThat(source.lastError()).isNull();
  }

  /** A source that learned that the first authority was rotated out. */
  private KeySource<Bundle> rotated() throws Exception {
    var source = source();
    serve(next, json(3L, next));
    background.ring();
    assertThat(source.lastError()).isNull();
    assertThat(authorities(source)).containsExactly(next.certificate());
    return source;
  }

  /** A source after its first attempt, as after a restart. */
  private KeySource<Bundle> source() {
    var source = unworked();
    background.work();
    return source;
  }

  private KeySource<Bundle> unworked() {
    background = new ManualBackground();
    var sources =
        new BundleSources(
            fetcher,
            new Upkeep(
                background,
                clock,
                new Random(1),
                kept,
                SourceListener.NONE,
                RefreshSettings.DEFAULT));
    var request =
        FetchRequest.of("https://bundle.example.org:" + port + "/")
            .allowing(AllowedAddresses.of(Set.of("bundle.example.org")));
    return sources.spiffeEndpoint(PROD, request, SERVER, LocalFile.at(bootstrap));
  }

  private void serve(ThrowawayAuthority authority, String bundle) throws Exception {
    closeServer();
    server =
        LoopbackServer.https(authority.svidServer(SERVER.uri()), "127.0.0.1", port)
            .answering("/", bundle);
    port = server.port();
  }

  private void closeServer() {
    if (server != null) {
      server.close();
    }
  }

  private int asked() {
    return server == null ? 0 : server.asked().size();
  }

  private List<X509Certificate> authorities(KeySource<Bundle> source) {
    Bundle bundle = source.current(clock.instant());
    assertThat(bundle).as(source.lastError()).isNotNull();
    return bundle.x509Authorities();
  }

  private ThrowawayAuthority authority(String name) throws Exception {
    return new ThrowawayAuthority(name, clock.instant(), PROD.uri());
  }

  private Path file(String from) {
    return named(kept.whereabouts(BundleSources.place(PROD, from)));
  }

  private static Path named(KeySource<Bundle> source) {
    Matcher matcher = DELETE.matcher(String.valueOf(source.lastError()));
    assertThat(matcher.matches()).as(source.lastError()).isTrue();
    return Path.of(matcher.group("file"));
  }

  private static Path named(String quoted) {
    return Path.of(quoted.substring(1, quoted.length() - 1));
  }

  private static String json(@Nullable Long sequence, ThrowawayAuthority... authorities) {
    var bundle =
        new Bundle(
            PROD,
            List.of(authorities).stream().map(ThrowawayAuthority::certificate).toList(),
            List.of(),
            sequence,
            null);
    return new String(bundle.toJson(), StandardCharsets.UTF_8);
  }
}
