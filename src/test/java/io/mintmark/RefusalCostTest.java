package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.api.http.HttpAnswer;
import io.mintmark.house.Allocation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What a refusal costs, in memory that is allocated for it: a bounded amount whatever the bytes.
 */
class RefusalCostTest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/json";

  /** Of all that a broker does for a request of no bytes, twice what is seen. */
  private static final long FREE = 128 * 1024;

  /** For each byte of body and certificate beyond that. */
  private static final long EACH = 24;

  private record Hostile(String name, String path, String type, String header, String body) {}

  @Test
  void aRefusalAllocatesABoundedAmountWhateverTheBytes() throws Exception {
    InProcess broker = InProcess.open();
    List<String> costs = new ArrayList<>();
    for (Hostile hostile : hostile(broker.evidence)) {
      byte[] body = hostile.body().getBytes(StandardCharsets.ISO_8859_1);
      Map<String, String> headers =
          hostile.header().isEmpty()
              ? Map.of("Content-Type", hostile.type())
              : Map.of("Content-Type", hostile.type(), "Client-Cert", hostile.header());
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 5; i++) {
        HttpAnswer[] answer = new HttpAnswer[1];
        long cost =
            Allocation.of(() -> answer[0] = broker.http.post(hostile.path(), headers, body));
        assertThat(answer[0].status()).as(hostile.name()).isBetween(400, 415);
        least = Math.min(least, cost);
      }
      int bytes = body.length + hostile.header().length();
      costs.add(hostile.name() + ": " + least + " for " + bytes);
      assertThat(least).as(costs::toString).isLessThan(FREE + EACH * bytes);
    }
    assertThat(costs).hasSizeGreaterThan(20);
  }

  private static List<Hostile> hostile(Map<String, String> evidence) {
    List<Hostile> all = new ArrayList<>();
    String jwt = evidence.get("jwt");
    String certificate = evidence.get("crt");
    for (int size : new int[] {1_000, 8_000, 60_000}) {
      String[][] bodies = {
        {"nothing", ""},
        {"ampersands", "&".repeat(size)},
        {"parameters", repeated("a%d=b&", size)},
        {"escapes", "a=" + "%41".repeat(size / 3)},
        {"broken escapes", "a=" + "%".repeat(size)},
        {"a long value", "grant_type=" + "x".repeat(size)},
        {"dots", assertion(".".repeat(size))},
        {"a long signature", assertion(jwt + "A".repeat(size))},
        {"a long header", assertion("e".repeat(size) + "." + jwt)},
        {"a changed token", assertion(jwt.replaceFirst("\\.[^.]{4}", ".AAAA"))},
      };
      for (String[] body : bodies) {
        all.add(new Hostile("form of " + body[0], "/oauth2/token", FORM, "", body[1]));
      }
      String[][] texts = {
        {"nesting", "[".repeat(size)},
        {"objects", "{\"evidence\":" + "{\"a\":".repeat(size / 5)},
        {"names", "{" + repeated("\"a%d\":1,", size)},
        {"a number", "{\"lifetime_seconds\":" + "9".repeat(size) + "}"},
        {"escapes", "{\"resource\":\"" + "\\u0041".repeat(size / 6) + "\"}"},
        {"scopes", "{\"scopes\":[" + repeated("\"s%d\",", size) + "\"s\"]}"},
        {
          "a token",
          "{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\"" + jwt + "A".repeat(size) + "\"}}"
        },
      };
      for (String[] text : texts) {
        all.add(new Hostile("JSON of " + text[0], "/v1/exchange", JSON, "", text[1]));
      }
      String csr = evidence.get("csr");
      String proof = "{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\"" + jwt + "\"},\"csr\":\"";
      all.add(
          new Hostile(
              "a long request",
              "/v1/certificates",
              JSON,
              "",
              proof + csr + "A".repeat(size) + "\"}"));
      all.add(
          new Hostile(
              "a request of zeros",
              "/v1/certificates",
              JSON,
              "",
              proof + "MIAw".repeat(size / 4) + "\"}"));
      all.add(
          new Hostile(
              "a certificate and no end",
              "/oauth2/token",
              FORM,
              certificate.substring(0, 100) + "A".repeat(Math.min(size, 20_000)) + ":",
              "grant_type=client_credentials&client_id=x"));
    }
    return all;
  }

  private static String assertion(String token) {
    return "grant_type=client_credentials&resource=https%3A%2F%2Fledger.example.org&"
        + "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-spiffe&"
        + "client_assertion="
        + token;
  }

  private static String repeated(String part, int size) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < size; i++) {
      text.append(part.formatted(i));
    }
    return text.toString();
  }
}
