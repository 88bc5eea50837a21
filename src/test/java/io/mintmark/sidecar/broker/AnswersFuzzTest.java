package io.mintmark.sidecar.broker;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mintmark.jose.Crypto;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.NotObtained;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.wire.v1.ExchangeResponse;
import io.mintmark.wire.v1.IssueCertificateResponse;
import io.mintmark.workload.Scope;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Set;

/** What a broker answers that has gone mad: nothing is held that is not what was asked for. */
class AnswersFuzzTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final KeyPair KEYS = Crypto.generate(SignatureAlgorithm.ES256);
  private static final Wanted.AccessToken TOKEN =
      new Wanted.AccessToken("https://ledger.example.org", Set.of(new Scope("ledger:read")), null);

  @FuzzTest
  void aTokenIsHeldOrNot(byte[] bytes) {
    try {
      Held.Token held = Answers.token(TOKEN, ExchangeResponse.parseFrom(bytes), NOW);
      if (!held.scopes().containsAll(TOKEN.scopes()) || !held.expiresAt().isAfter(NOW)) {
        throw new AssertionError("held without being of use: " + held);
      }
    } catch (InvalidProtocolBufferException | NotObtained refused) {
      // as it should
    }
  }

  @FuzzTest
  void aCertificateForAnotherKeyIsNotHeld(byte[] bytes) {
    try {
      Held.Certificate held =
          Answers.certificate(KEYS, IssueCertificateResponse.parseFrom(bytes), NOW);
      throw new AssertionError("nobody certified this key: " + held.chain());
    } catch (InvalidProtocolBufferException | NotObtained refused) {
      // as it should
    }
  }
}
