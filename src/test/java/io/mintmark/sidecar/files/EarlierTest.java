package io.mintmark.sidecar.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.held.Wanted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run of the sidecar before this one left in its files. */
class EarlierTest {
  @TempDir Path temp;
  private Path file = Path.of("/");
  private final Hand hand = new Hand();

  @BeforeEach
  void folder() throws IOException {
    file = Files.createDirectory(temp.resolve("creds")).resolve("file");
  }

  @AfterEach
  void close() {
    hand.close();
  }

  static List<Content> formats() {
    return List.of(
        new Content.Token(Hand.LEDGER),
        new Content.Header(Hand.LEDGER),
        new Content.Json(Hand.LEDGER),
        new Content.ExecCredential(Hand.LEDGER),
        new Content.Env(
            List.of(
                new Content.Variable("A", Hand.LEDGER, false),
                new Content.Variable("B", Hand.LEDGER, true))),
        new Content.Json(Hand.IDENTITY),
        new Content.Pem(Hand.IDENTITY, "svid.pem", "key.pem", "bundle.pem", false));
  }

  private Delivery started(Content content) throws IOException {
    if (content instanceof Content.Pem && Files.notExists(file)) {
      Files.createDirectory(file);
    }
    FilePlan plan = new FilePlan(file, content, Ownership.OURS, false, true, null);
    Delivery delivery = new FileDelivery(plan, plan.target(Disk.REAL), hand.surroundings());
    delivery.start();
    return delivery;
  }

  private boolean there(Content content) {
    return Files.exists(content instanceof Content.Pem ? file.resolve("svid.pem") : file);
  }

  private String jwt(String audience, Instant end) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return base64.encodeToString("{\"alg\":\"ES256\"}".getBytes(StandardCharsets.US_ASCII))
        + "."
        + base64.encodeToString(
            "{\"aud\":\"%s\",\"exp\":%d}"
                .formatted(audience, end.getEpochSecond())
                .getBytes(StandardCharsets.US_ASCII))
        + ".AAAA";
  }

  /** Written by a run that then ended; gives when it expires. */
  private Instant left(Content content) throws IOException {
    hand.giveBundle();
    hand.giveToken(jwt("https://ledger.example.org", hand.now.plusSeconds(60)), 60);
    var certificate = hand.certificate();
    hand.give(Hand.IDENTITY, certificate);
    started(content).stop(Duration.ZERO);
    assertThat(there(content)).isTrue();
    hand.forget();
    return content instanceof Content.Pem
        ? certificate.chain().getFirst().getNotAfter().toInstant()
        : hand.now.plusSeconds(60);
  }

  private void lose() {
    hand.lose(Hand.LEDGER);
    hand.lose(Hand.IDENTITY);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void whatExpiredMeanwhileIsRemovedAtTheStart(Content content) throws IOException {
    hand.now = left(content);
    started(content);

    assertThat(there(content)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void whatIsStillGoodStaysWhileTheBrokerIsAwayAndGoesWhenItExpires(Content content)
      throws IOException {
    Instant end = left(content);
    Delivery delivery = started(content);
    lose();
    assertThat(there(content)).isTrue();
    assertThat(delivery.ready()).isFalse();

    hand.now = end;
    lose();
    assertThat(there(content)).isFalse();
  }

  @Test
  void whatExpiresWhileNothingIsHeardOfTheBrokerIsRemoved() throws Exception {
    Content content = formats().getFirst();
    Instant end = left(content);
    hand.now = end.minusMillis(50);
    started(content);
    hand.now = end;
    for (int i = 0; i < 500 && there(content); i++) {
      Thread.sleep(10);
    }
    assertThat(there(content)).isFalse();
  }

  @Test
  void theNextCredentialTakesItsPlaceAndCountsFromThen() throws IOException {
    Content content = formats().getFirst();
    left(content);
    Delivery delivery = started(content);
    hand.giveToken("next", 10);
    assertThat(file).hasContent("next");
    assertThat(delivery.ready()).isTrue();
    hand.lose(Hand.LEDGER);
    assertThat(file).doesNotExist();
  }

  /** It would be kept for as long as it says. */
  @ParameterizedTest
  @ValueSource(strings = {"", "no token", "a.b.c", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"})
  void whatDoesNotSayGoesAtTheFirstFailure(String text) throws IOException {
    Files.writeString(file, text);
    started(formats().getFirst());
    assertThat(file).exists();
    hand.lose(Hand.LEDGER);
    assertThat(file).doesNotExist();
  }

  @Test
  void aTokenForAnotherResourceOrWithoutEndGoesAtTheFirstFailure() throws IOException {
    for (String text :
        List.of(
            jwt("https://other.example.org", hand.now.plusSeconds(60)),
            jwt("https://ledger.example.org", hand.now.plus(Duration.ofDays(4000))))) {
      Files.writeString(file, text);
      Delivery delivery = started(new Content.Token((Wanted.AccessToken) Hand.LEDGER));
      hand.lose(Hand.LEDGER);
      assertThat(file).doesNotExist();
      delivery.stop(Duration.ZERO);
      hand.forget();
    }
  }
}
