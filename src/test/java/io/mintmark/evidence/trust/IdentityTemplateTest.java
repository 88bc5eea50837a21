package io.mintmark.evidence.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.evidence.trust.IdentityTemplate.Compiled;
import io.mintmark.evidence.trust.IdentityTemplate.Rendered;
import io.mintmark.workload.WorkloadId;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTemplateTest {
  private static final Set<String> KNOWN = Set.of("a", "b", "claim:x");

  private static IdentityTemplate template(String text) {
    Compiled compiled = IdentityTemplate.compile(text, KNOWN::contains);
    assertThat(compiled).as(text).isInstanceOf(Compiled.Template.class);
    return ((Compiled.Template) compiled).template();
  }

  private static Rendered render(String text, String a, String b) {
    return template(text).render(name -> name.equals("a") ? a : name.equals("b") ? b : null);
  }

  @Test
  void placeholdersAreFilledIn() {
    assertThat(render("spiffe://d.example/ns/{a}/sa/x-{b}.y", "payments", "orders"))
        .isEqualTo(
            new Rendered.Identity(
                WorkloadId.parse("spiffe://d.example/ns/payments/sa/x-orders.y")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "*", "**", "+", "/", "a/b", "/a", "a/", "..", ".", "../x", "%2f", "%2e%2e", "a%2Fb",
        "a b", " a", "a\t", "a\n", "a\u0000", "a\\b", "a?b", "a#b", "a:b", "a@b", "{a}", "{b}",
        "a*", "a+b", "é", "a\u202e", "а", "a\u200b", "a;b", "a,b", "a=b", "a&b", "~", "$(x)", "a'b",
        "a\"b"
      })
  void aValueThatIsNotOneSegmentRefusesTheToken(String value) {
    Rendered rendered = render("spiffe://d.example/ns/{a}/sa/{b}", value, "x");
    assertThat(rendered).isInstanceOf(Rendered.Unfit.class);
    assertThat(((Rendered.Unfit) rendered).detail()).doesNotContain("\n", "\u0000", "\u202e");
  }

  @Test
  void aValueThatIsNotThereRefusesTheToken() {
    Rendered rendered = template("spiffe://d.example/{a}/{b}").render(name -> null);
    assertThat(rendered)
        .isEqualTo(new Rendered.Unfit("the token has no value for placeholder \"{a}\""));
  }

  @Test
  void anIdentityThatGrowsTooLongRefusesTheToken() {
    assertThat(render("spiffe://d.example/{a}", "x".repeat(3000), ""))
        .isInstanceOf(Rendered.Unfit.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://d/x                      | 0
          spiffe:/d/x                      | 0
          spiffe://{a}/x                   | 9
          spiffe://d{a}/x                  | 9
          spiffe://D/x                     | 9
          spiffe://d:1/x                   | 9
          spiffe://u@d/x                   | 9
          spiffe:///x                      | 9
          spiffe://d                       | 10
          spiffe://d/                      | 11
          spiffe://d//x                    | 11
          spiffe://d/x/                    | 13
          spiffe://d/../x                  | 11
          spiffe://d/./x                   | 11
          spiffe://d/*                     | 11
          spiffe://d/x/**                  | 13
          spiffe://d/x?y                   | 11
          spiffe://d/x#y                   | 11
          spiffe://d/x%2fy                 | 11
          spiffe://d/{a                    | 11
          spiffe://d/a}                    | 11
          spiffe://d/}a{                   | 11
          spiffe://d/{a}}                  | 11
          spiffe://d/{{a}}                 | 11
          spiffe://d/{}                    | 11
          spiffe://d/{nope}                | 11
          spiffe://d/x/{A}                 | 13
          spiffe://d/x-{nope}              | 13
          spiffe://d/{a}{b}                | 14
          spiffe://d/{a}-{b}               | 14
          spiffe://d/{a/b}                 | 11
          """)
  void aWrongTemplateIsRefusedWithItsPlace(String text, int offset) {
    Compiled compiled = IdentityTemplate.compile(text, KNOWN::contains);
    assertThat(compiled).as(text).isInstanceOf(Compiled.Wrong.class);
    assertThat(((Compiled.Wrong) compiled).offset()).as(compiled.toString()).isEqualTo(offset);
  }

  @ParameterizedTest
  @CsvSource({
    "spiffe://d/ns/{a}/sa/{b}, spiffe://d/ns/{b}/sa/{a}, true",
    "spiffe://d/ns/{a}, spiffe://d/ns/x, true",
    "spiffe://d/ns/{a}, spiffe://e/ns/{a}, false",
    "spiffe://d/ns/{a}, spiffe://d/ci/{a}, false",
    "spiffe://d/ns/{a}, spiffe://d/ns/{a}/x, false",
    "spiffe://d/x-{a}, spiffe://d/y-{a}, false",
    "spiffe://d/x-{a}, spiffe://d/x-y-{a}, true",
    "spiffe://d/{a}.x, spiffe://d/{a}.y, false",
    "spiffe://d/x-{a}, spiffe://d/{b}-y, true",
    "spiffe://d/x-{a}, spiffe://d/x-, false",
    "spiffe://d/x-{a}, spiffe://d/y-z, false",
    "spiffe://d/{a}-x, spiffe://d/z-y, false",
    "spiffe://d/x, spiffe://d/x, true"
  })
  void templatesThatCanMeetAreFound(String one, String other, boolean overlap) {
    assertThat(template(one).overlaps(template(other))).isEqualTo(overlap);
    assertThat(template(other).overlaps(template(one))).isEqualTo(overlap);
  }

  /** Whatever the values are, an identity lies where the template says, or there is none. */
  @Test
  void noValueMovesAnIdentityOutOfItsTemplate() {
    long seed = 20261122;
    Random random = new Random(seed);
    String alphabet = "ab/.*+-_%{}:@ \u0000é";
    IdentityTemplate template = template("spiffe://d.example/ns/{a}/x-{b}/end");
    Set<String> identities = new HashSet<>();
    Set<List<String>> values = new HashSet<>();
    for (int i = 0; i < 50_000; i++) {
      String a = random(random, alphabet);
      String b = random(random, alphabet);
      if (template.render(name -> name.equals("a") ? a : b) instanceof Rendered.Identity(var id)) {
        String[] segments = id.path().split("/", -1);
        assertThat(segments).as("seed %d", seed).hasSize(5);
        assertThat(id.uri())
            .as("seed %d", seed)
            .isEqualTo("spiffe://d.example/ns/" + a + "/x-" + b + "/end");
        identities.add(id.uri());
        values.add(List.of(a, b));
      }
    }
    assertThat(identities).as("seed %d", seed).hasSameSizeAs(values).isNotEmpty();
  }

  private static String random(Random random, String alphabet) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
