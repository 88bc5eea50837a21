package io.mintmark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.cli.bench.load.What;
import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PlotTest {
  private static Document parsed(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
  }

  @Test
  void textIsNoMarkup() throws Exception {
    Svg svg = new Svg(10);
    svg.text("head", 1, 2, Svg.Anchor.START, "</text><script>x</script>\u0000&'\"");
    Document document = parsed(svg.document("<title> & more", 10));
    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(document.getElementsByTagName("text").item(0).getTextContent())
        .isEqualTo("</text><script>x</script> &'\"");
  }

  @Test
  void aRunHasACurveOfItsLatenciesAndOthersOfItsSeconds() throws Exception {
    String svg = Plot.of(Runs.result(What.TOKEN, 3)).svg();
    assertThat(parsed(svg).getElementsByTagName("polyline").getLength()).isEqualTo(4);
    assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @Test
  void allSystemsStandInOneDrawingAlsoOneThatDidNothing() throws Exception {
    String svg = Plot.of(Runs.against()).svg();
    parsed(svg);
    assertThat(svg)
        .contains(">spire<")
        .contains(">openbao<")
        .contains(">keycloak<")
        .contains(">does none<")
        .doesNotContain("NaN");
  }

  @Test
  void valuesStandWithinAnAxisThatEndsAtRoundNumbers() {
    Axis rate = Axis.linear(9_534, 0, 100);
    assertThat(rate.to()).isEqualTo(10_000);
    assertThat(rate.at(9_534)).isBetween(95.0, 96.0);
    Axis millis = Axis.logarithmic(2.8, 12.9, 100, 0);
    assertThat(millis.from()).isLessThanOrEqualTo(2.8);
    assertThat(millis.to()).isGreaterThanOrEqualTo(12.9);
    assertThat(millis.at(2.8)).isGreaterThan(millis.at(12.9));
    assertThat(millis.at(0)).isEqualTo(100);
  }
}
