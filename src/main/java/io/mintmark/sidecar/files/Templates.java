package io.mintmark.sidecar.files;

import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Certificates;
import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.error.PebbleException;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Templates in the Pebble language, cut down to what a configuration file needs: values, {@code if}
 * and {@code for}. A template reaches no method of an object, no other file and no name that is not
 * there, and its output is bounded.
 */
final class Templates {
  private static final int MAX_OUTPUT = 1 << 20;
  private static final String CREDENTIALS = "credentials";

  private Templates() {}

  /** What is wrong with a template; the line counts from 1. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    final int line;

    Wrong(int line, String message) {
      super(message);
      this.line = line;
    }

    String message() {
      return String.valueOf(getMessage());
    }
  }

  /** Tries a template with stand-ins for values. */
  static void check(Content.Template template) throws Wrong {
    Map<String, Object> samples = new TreeMap<>();
    template.credentials().forEach((name, wanted) -> samples.put(name, Fields.sample(wanted)));
    evaluate(template, samples);
  }

  /** What a template makes of what is held. Its values are in no message. */
  static String render(Content.Template template, Holdings holdings) throws NotWritable {
    Map<String, Object> values = new TreeMap<>();
    for (Map.Entry<String, Wanted> credential : template.credentials().entrySet()) {
      values.put(credential.getKey(), values(credential.getValue(), holdings));
    }
    try {
      return evaluate(template, values);
    } catch (Wrong wrong) {
      throw new NotWritable("the template fails at its line " + wrong.line);
    }
  }

  private static Map<String, Object> values(Wanted wanted, Holdings holdings) throws NotWritable {
    Map<String, Object> values = new LinkedHashMap<>(Fields.of(wanted, holdings));
    if (wanted instanceof Wanted.X509Svid) {
      Held.Certificate svid = holdings.certificate(wanted);
      values.put("certificate", Certificates.pem(svid.chain()));
      values.put("key", Rendering.key(svid));
      values.put("bundle", Certificates.pem(holdings.authorities(svid, false)));
    }
    return values;
  }

  private static String evaluate(Content.Template template, Map<String, Object> values)
      throws Wrong {
    StringWriter out = new StringWriter();
    try {
      engine(template).getTemplate(OneTemplate.NAME).evaluate(out, Map.of(CREDENTIALS, values));
    } catch (PebbleException wrong) {
      Integer line = wrong.getLineNumber();
      throw new Wrong(
          line == null || line < 1 ? 1 : line,
          "the template is wrong: " + wrong.getPebbleMessage());
    } catch (IOException | RuntimeException wrong) {
      throw new Wrong(1, "the template is wrong: " + wrong.getClass().getSimpleName());
    } catch (StackOverflowError deep) {
      throw new Wrong(1, "the template is nested too deeply");
    }
    return out.toString();
  }

  private static PebbleEngine engine(Content.Template template) {
    PebbleEngine.Builder builder =
        new PebbleEngine.Builder()
            .loader(new OneTemplate(template.source()))
            .strictVariables(true)
            .cacheActive(false)
            .newLineTrimming(false)
            .defaultLocale(Locale.ROOT)
            .maxRenderedSize(MAX_OUTPUT)
            .methodAccessValidator((object, method) -> false)
            .registerExtensionCustomizer(CutDown::new);
    return switch (template.escape()) {
      case NONE -> builder.autoEscaping(false).build();
      case HTML -> builder.autoEscaping(true).defaultEscapingStrategy("html").build();
      case JSON -> builder.autoEscaping(true).defaultEscapingStrategy("json").build();
    };
  }
}
