package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Documents;
import io.mintmark.workload.TrustDomain;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DevPolicyTest {
  @Test
  void theSamplePolicyPassesItsOwnTests() throws Exception {
    String text;
    try (InputStream in = Policy.class.getResourceAsStream("/io/mintmark/dev-policy/dev.yaml")) {
      assertThat(in).isNotNull();
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    DocumentSet documents = Documents.parse("dev.yaml", text).load();
    PolicyContext context =
        new PolicyContext(new TrustDomain("dev.mintmark"), "https://localhost:8443");
    assertThat(Policy.compile(documents, context))
        .isInstanceOfSatisfying(
            Compilation.Compiled.class,
            compiled -> {
              assertThat(compiled.warnings()).isEmpty();
              List<PolicyTests.Result> results = PolicyTests.run(compiled.policy(), documents);
              assertThat(results).hasSize(6).allMatch(PolicyTests.Result::passed);
            });
  }
}
