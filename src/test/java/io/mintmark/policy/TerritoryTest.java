package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.workload.WorkloadId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a namespace is called and however its cluster names workloads, it has its own alone. */
final class TerritoryTest {
  private static final String USUAL =
      "spiffe://prod.example.org/ns/{namespace}/sa/{serviceaccount}";
  private static final String ADORNED =
      "spiffe://prod.example.org/k8s-{namespace}/a-{serviceaccount}-z";

  @ParameterizedTest
  @CsvSource({
    "spiffe://prod.example.org/ns/pay/sa/orders, true",
    "spiffe://test.example.org/ns/pay/sa/orders, false",
    "spiffe://prod.example.org/ns/shop/sa/orders, false",
    "spiffe://prod.example.org/xx/pay/sa/orders, false",
    "spiffe://prod.example.org/ns/pay/xx/orders, false",
    "spiffe://prod.example.org/ns/pay/sa, false",
    "spiffe://prod.example.org/ns/pay/sa/orders/x, false",
  })
  void anIdentityIsTheNamespacesWhereEverySegmentIs(String id, boolean within) {
    assertThat(territory(USUAL).holds(WorkloadId.parse(id))).isEqualTo(within);
  }

  @ParameterizedTest
  @CsvSource({
    "k8s-pay/a-x-z, true",
    "k8s-pay/a-x-x-z, true",
    "k8s-pay/a--z, false",
    "k8s-pay/a-z, false",
    "k8s-pay/b-x-z, false",
    "k8s-pay/a-x-y, false",
    "k8s-payx/a-x-z, false",
    "x8s-pay/a-x-z, false",
  })
  void whatStandsBesideAPlaceholderIsThere(String path, boolean within) {
    assertThat(territory(ADORNED).holds(WorkloadId.parse("spiffe://prod.example.org/" + path)))
        .isEqualTo(within);
  }

  @ParameterizedTest
  @CsvSource({
    "spiffe://prod.example.org/ns/pay/sa/orders, true",
    "spiffe://prod.example.org/ns/pay/sa/*, true",
    "spiffe://test.example.org/ns/pay/sa/*, false",
    "spiffe://prod.example.org/ns/shop/sa/*, false",
    "spiffe://prod.example.org/ns/*/sa/orders, false",
    "spiffe://prod.example.org/*/pay/sa/orders, false",
    "spiffe://prod.example.org/ns/pay/sa/**, false",
    "spiffe://prod.example.org/ns/pay/sa/orders/**, false",
    "spiffe://prod.example.org/ns/pay/**, false",
    "spiffe://prod.example.org/**, false",
  })
  void aPatternLiesWithinWhereAllThatItMatchesDoes(String pattern, boolean within) {
    assertThat(territory(USUAL).holds(WorkloadPattern.parse(pattern))).isEqualTo(within);
  }

  @ParameterizedTest
  @CsvSource({
    "ns/{namespace}/{pod}, ns/pay/*, true",
    "ns/{namespace}/a-{pod}, ns/pay/*, false",
    "ns/{namespace}/{pod}-z, ns/pay/*, false",
    "ns/{namespace}/a-{pod}-z, ns/pay/*, false",
    "ns/{namespace}/a-{pod}-z, ns/pay/a-x-z, true",
    "ns/{namespace}/fixed, ns/pay/*, false",
    "/{namespace}, */pay, false",
  })
  void aWildcardStandsOnlyWhereAnythingMay(String template, String pattern, boolean within) {
    String domain = "spiffe://prod.example.org/";
    assertThat(territory(domain + template).holds(WorkloadPattern.parse(domain + pattern)))
        .isEqualTo(within);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "spiffe://",
        "spiffe://{namespace}",
        "https://prod.example.org/{namespace}",
        "spiffe://PROD/{namespace}",
        "spiffe://a/{node}",
        "spiffe://a/namespace",
        "spiffe://a/{namespace}/{pod",
        "spiffe://a/{namespace}/}pod",
        "spiffe://a/{namespace}/pod}",
        "spiffe://a/{namespace}/}pod{",
        "spiffe://a/{namespace}{pod}",
        "spiffe://a/{namespace}/{pod}{node}",
      })
  void aTemplateThatDoesNotTellNamespacesApartGivesThemNothing(String template) {
    assertThat(Territory.of(template, "pay")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "*", "**", "a/b", "{pod}"})
  void whatIsNoSegmentIsNoNamespace(String namespace) {
    assertThat(Territory.of(USUAL, namespace)).isNull();
  }

  @Test
  void itIsShownAsAPattern() {
    assertThat(territory(USUAL)).hasToString("spiffe://prod.example.org/ns/pay/sa/*");
    assertThat(territory(ADORNED)).hasToString("spiffe://prod.example.org/k8s-pay/a-*-z");
  }

  private static Territory territory(String template) {
    Territory territory = Territory.of(template, "pay");
    assertThat(territory).isNotNull();
    return territory;
  }
}
