package io.mintmark.api;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mintmark.house.Allocation;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * What a trusted proxy says of its callers: read whole or refused, and never other than written.
 */
class EdgeHeadersFuzzTest {
  private static final InetAddress PROXY = InetAddress.ofLiteral("192.0.2.1");
  private static final Callers CALLERS = new Callers(Networks.parse(List.of("192.0.2.0/24")));
  private static final List<String> NAMES =
      List.of("Client-Cert", "Client-Cert-Chain", "X-Forwarded-For", "traceparent");

  /** A line a header, in the order of {@link #NAMES}; an empty one is absent. */
  @FuzzTest
  void whatAProxySaysIsReadOrRefused(byte[] bytes) throws Exception {
    String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1);
    Allocation.bounded(bytes.length, () -> read(lines));
  }

  private static void read(String[] lines) throws Exception {
    Map<String, Integer> places =
        Map.of(NAMES.get(0), 0, NAMES.get(1), 1, NAMES.get(2), 2, NAMES.get(3), 3);
    try {
      Caller caller =
          CALLERS.of(
              PROXY,
              null,
              name -> {
                int place = places.get(name);
                return place >= lines.length || lines[place].isEmpty()
                    ? List.of()
                    : List.of(lines[place]);
              });
      String trace = caller.traceparent();
      if (trace != null && !trace.equals(lines[3])) {
        throw new AssertionError("a trace of its own: \"" + trace + "\"");
      }
      if (caller.certificate() != null) {
        String leaf = lines[0].strip();
        byte[] written = Base64.getDecoder().decode(leaf.substring(1, leaf.length() - 1));
        byte[] shown = caller.certificate().chain().getFirst().getEncoded();
        if (!Arrays.equals(written, shown)) {
          throw new AssertionError("another certificate than the proxy shows");
        }
      }
    } catch (Refusal refused) {
      if (refused.detail().length() > 1_000) {
        throw new AssertionError("a long refusal", refused);
      }
    }
  }
}
