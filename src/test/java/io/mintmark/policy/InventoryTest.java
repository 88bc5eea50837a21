package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Documents;
import io.mintmark.documents.Kind;
import io.mintmark.documents.ObjectReader;
import io.mintmark.workload.WorkloadId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class InventoryTest {
  private static final WorkloadId ORDERS = WorkloadId.parse(Given.ORDERS);
  private static final WorkloadId BILLS =
      WorkloadId.parse("spiffe://prod.example.org/ns/payments/sa/bills");

  @Test
  void whatAnEarlierPolicyMadeOfTheSameDocumentIsTakenOver() throws Exception {
    DocumentSet before =
        Documents.parse(
                "a.yaml",
                Given.workload("orders", ORDERS.uri(), "environment: prod")
                    + Given.workload("bills", BILLS.uri(), "environment: prod"))
            .load();
    Policy earlier = compiled(before, null);
    Document changed =
        Documents.parse("b.yaml", Given.workload("bills", BILLS.uri(), "environment: test"))
            .load()
            .documents()
            .getFirst();
    DocumentSet after =
        new DocumentSet(
            List.of(before.documents().getFirst(), changed), before.attachments(), "another");
    Policy later = compiled(after, earlier);

    assertThat(later.rules().inventory(ORDERS)).isSameAs(earlier.rules().inventory(ORDERS));
    assertThat(later.rules().inventory(BILLS))
        .isNotNull()
        .extracting(InventoryEntry::environment)
        .isEqualTo("test");
  }

  @Test
  void aDocumentThatIsNotThereAnyMoreIsNoneThoughAnEarlierPolicyHadIt() throws Exception {
    DocumentSet before =
        Documents.parse("a.yaml", Given.workload("orders", ORDERS.uri(), "")).load();
    Policy later =
        compiled(new DocumentSet(List.of(), before.attachments(), "none"), compiled(before, null));
    assertThat(later.rules().inventory(ORDERS)).isNull();
  }

  /** The platform took the namespace's identities away: what it said of them goes too. */
  @Test
  void aNamespacesDocumentIsCheckedAgainThoughAnEarlierPolicyTookIt() throws Exception {
    ObjectNode spec =
        JsonNodeFactory.instance.objectNode().put("owner", "a@example.org").put("id", ORDERS.uri());
    Document workload = ObjectReader.read(Kind.WORKLOAD, "payments", "orders", spec);
    String issuer =
        """
        apiVersion: mintmark.io/v1
        kind: Issuer
        metadata: {name: cluster}
        spec: {type: kubernetes, issuer: "https://oidc.example.org", identity: "spiffe://prod.example.org/ns/%s/sa/{serviceaccount}"}
        """;
    PolicyContext context = Given.CONTEXT.ofCluster("https://oidc.example.org");
    DocumentSet before =
        Documents.parse("a.yaml", issuer.formatted("{namespace}")).load().and(List.of(workload));
    DocumentSet after =
        Documents.parse("a.yaml", issuer.formatted("others")).load().and(List.of(workload));

    Compilation earlier = Policy.compile(before, context);
    assertThat(earlier).isInstanceOf(Compilation.Compiled.class);
    assertThat(Policy.compile(after, context, ((Compilation.Compiled) earlier).policy()))
        .isInstanceOf(Compilation.Rejected.class);
  }

  private static Policy compiled(DocumentSet documents, @Nullable Policy earlier) {
    return ((Compilation.Compiled) Policy.compile(documents, Given.CONTEXT, earlier)).policy();
  }
}
