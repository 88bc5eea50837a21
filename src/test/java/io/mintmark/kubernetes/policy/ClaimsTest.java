package io.mintmark.kubernetes.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However many documents some namespaces have, the others have room. */
final class ClaimsTest {
  @ParameterizedTest
  @CsvSource({
    "10,10000",
    "20000,10000",
    "10000 10000 10000 10000 10000,10000",
    "10000 10000 10000 10000 10000 100,9980",
    "30000 30000 30000 30000 30000 30000 30000 30000 30000 30000 5,4999",
  })
  void whoHasTheMostLosesAndNobodyElse(String counts, int share) {
    List<CustomResource> all = new ArrayList<>();
    String[] each = counts.split(" ");
    for (int namespace = 0; namespace < each.length; namespace++) {
      CustomResource one =
          Cluster.resource(CustomKind.GRANT, "n" + namespace + "/g", "{}", "2026-11-22T10:00:00Z");
      for (int i = 0; i < Integer.parseInt(each[namespace]); i++) {
        all.add(one);
      }
    }
    assertThat(Claims.share(all)).isEqualTo(share);
  }
}
