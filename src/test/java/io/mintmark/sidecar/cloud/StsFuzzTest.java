package io.mintmark.sidecar.cloud;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mintmark.house.Allocation;
import java.util.Arrays;

/** What a token service answers: three outcomes and no other, none of which repeats a secret. */
class StsFuzzTest {

  /** The first byte says whether the status is 200. */
  @FuzzTest
  void anAnswerIsReadOrMalformed(byte[] bytes) throws Exception {
    if (bytes.length == 0) {
      return;
    }
    byte[] body = Arrays.copyOfRange(bytes, 1, bytes.length);
    Allocation.bounded(bytes.length, () -> read((bytes[0] & 1) == 0 ? 200 : 403, body));
  }

  private static void read(int status, byte[] body) {
    switch (StsAnswer.parse(status, body)) {
      case StsAnswer.Session session -> {
        String secret = session.keys().secretAccessKey();
        // a shorter one may be part of a word
        if (status != 200 || (secret.length() > 16 && session.toString().contains(secret))) {
          throw new AssertionError("a session of status " + status);
        }
      }
      case StsAnswer.Refused refused -> {
        if (refused.message().length() > 300
            || refused.message().chars().anyMatch(Character::isISOControl)) {
          throw new AssertionError(refused.message());
        }
      }
      case StsAnswer.Malformed malformed -> {
        if (malformed.why().length() > 200) {
          throw new AssertionError(malformed.why());
        }
      }
    }
  }
}
