package io.mintmark.sidecar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.sidecar.held.Wanted;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a template can say, and what it cannot reach. */
class TemplatesTest {
  private final Hand hand = new Hand();

  @AfterEach
  void close() {
    hand.close();
  }

  private static Content.Template template(String source, Content.Escape escape) {
    return new Content.Template(source, escape, Map.of("ledger", Hand.LEDGER, "me", Hand.IDENTITY));
  }

  private String rendered(String source, Content.Escape escape) throws NotWritable {
    Map<Wanted, io.mintmark.sidecar.held.Held> held =
        Map.of(Hand.LEDGER, hand.token("abc\"<", 60), Hand.IDENTITY, hand.certificate());
    hand.giveBundle();
    return Templates.render(template(source, escape), new Holdings(held, hand.bundles()));
  }

  @Test
  void severalCredentialsAreSeenByName() throws NotWritable {
    assertThat(
            rendered(
                """
                [api]
                {% for scope in credentials.ledger.scopes %}scope={{ scope }}{% endfor %}
                who={{ credentials["me"].spiffe_id }} {{ credentials.me.key | length > 100 }}
                """,
                Content.Escape.NONE))
        .isEqualTo(
            """
            [api]
            scope=ledger:read
            who=spiffe://prod.example.org/orders true
            """);
  }

  @Test
  void escapingIsTheOneThatWasNamed() throws NotWritable {
    String source = "{{ credentials.ledger.token }}";
    assertThat(rendered(source, Content.Escape.NONE)).isEqualTo("abc\"<");
    assertThat(rendered(source, Content.Escape.HTML)).isEqualTo("abc&quot;&lt;");
    assertThat(rendered(source, Content.Escape.JSON)).startsWith("abc\\\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ credentials.nobody.token }}",
        "{{ credentials.ledger.tokn }}",
        "{{ nothing }}",
        "{{ credentials.ledger.token.class }}",
        "{{ credentials.ledger.token.getClass() }}",
        "{{ credentials.ledger.token.bytes }}",
        "{{ credentials.getClass().forName('java.lang.Runtime') }}",
        "{{ (1).TYPE.forName('java.lang.Runtime') }}",
        "{{ credentials.entrySet() }}",
        "{% include 'template' %}",
        "{% include '/etc/passwd' %}",
        "{% extends 'template' %}",
        "{% import '/etc/passwd' %}",
        "{% embed 'template' %}{% endembed %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% cache 'x' %}x{% endcache %}",
        "{% parallel %}x{% endparallel %}",
        "{% for i in range(0, 100000000) %}x{% endfor %}",
        "{% for i in 0..100000000 %}x{% endfor %}",
        "{{ i18n('x', 'y') }}",
        "{{ locale.language }}",
        "{{ template.name }}",
        "{{ 'a' | sha256 }}",
        "{% if %}",
        "{{ ",
      })
  void whatATemplateMustNotReachIsRefusedBeforeAnythingIsWritten(String source) {
    assertThatThrownBy(() -> Templates.check(template("ok\n" + source, Content.Escape.NONE)))
        .isInstanceOf(Templates.Wrong.class);
  }

  @Test
  void anErrorNamesTheLine() {
    assertThatThrownBy(
            () -> Templates.check(template("a\nb\n{{ credentials.x }}\n", Content.Escape.NONE)))
        .isInstanceOfSatisfying(
            Templates.Wrong.class, wrong -> assertThat(wrong.line).isEqualTo(3));
  }

  @Test
  void anOutputWithoutEndIsCutOff() {
    String loop = "{% for a in x %}";
    StringBuilder source = new StringBuilder("{% set x = [1,1,1,1,1,1,1,1,1,1] %}");
    source.append(loop.repeat(12)).append("0123456789".repeat(100));
    source.append("{% endfor %}".repeat(12));

    assertThatThrownBy(() -> Templates.check(template(source.toString(), Content.Escape.NONE)))
        .isInstanceOf(Templates.Wrong.class);
  }

  @Test
  void whatFailsOnlyWithRealValuesShowsNoneOfThem() {
    assertThatThrownBy(
            () ->
                rendered(
                    "{% if credentials.ledger.token == 'abc\"<' %}{{ nothing }}{% endif %}",
                    Content.Escape.NONE))
        .isInstanceOf(NotWritable.class)
        .hasMessage("the template fails at its line 1");
  }

  @Test
  void aTryHasTheFieldsThatTheRealThingHas() throws NotWritable {
    Map<Wanted, io.mintmark.sidecar.held.Held> held =
        Map.of(Hand.LEDGER, hand.token("x", 60), Hand.IDENTITY, hand.certificate());
    Holdings holdings = new Holdings(held, Map.of());
    assertThat(Fields.sample(Hand.LEDGER))
        .containsOnlyKeys(Fields.of(Hand.LEDGER, holdings).keySet());
    assertThat(Fields.sample(Hand.IDENTITY).keySet())
        .containsAll(Fields.of(Hand.IDENTITY, holdings).keySet());
  }
}
