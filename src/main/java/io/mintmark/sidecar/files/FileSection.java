package io.mintmark.sidecar.files;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compiles {@code spec.files}. */
public final class FileSection {
  private static final int MAX_TEMPLATE = 64 * 1024;
  private static final int MAX_NAME = 200;
  private static final List<String> OF_SOME =
      List.of(
          "credential", "variables", "template", "names", "includeFederated", "pkcs12", "bundle");

  private FileSection() {}

  /** One delivery for each entry; what is wrong is said at its place. */
  public static List<DeliveryPlan> compile(Section files) {
    List<DeliveryPlan> plans = new ArrayList<>();
    Set<Path> paths = new HashSet<>();
    for (Section entry : files.entries()) {
      FilePlan plan = plan(entry);
      if (!paths.add(plan.path())) {
        entry.error("path", "another file has the path \"" + plan.path() + "\"");
      }
      plans.add(plan);
    }
    return plans;
  }

  private static FilePlan plan(Section entry) {
    Path path = entry.path("path");
    Path name = path.getFileName();
    if (name == null || name.toString().getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
      entry.error("path", "its last name is absent or longer than " + MAX_NAME + " bytes");
    }
    Content content = content(entry);
    Ownership ownership =
        Ownership.of(entry.text("mode", "0600"), entry.optional("owner"), entry.optional("group"));
    if (ownership.readByAll() && !(content instanceof Content.TrustBundle)) {
      entry.warning("mode", "every user of this machine can read the credential");
    }
    return new FilePlan(
        path,
        content,
        ownership,
        entry.flag("sharedFolder", false),
        entry.text("onExpiry", "remove").equals("remove"),
        entry.has("hook") ? HookSection.compile(entry.at("hook")) : null);
  }

  private static Content content(Section entry) {
    String format = entry.text("format", "token");
    return switch (format) {
      case "header" -> new Content.Header(token(entry, format));
      case "json" -> new Content.Json(credential(entry, format));
      case "env" -> {
        only(entry, format, "variables", true);
        yield new Content.Env(variables(entry.at("variables")));
      }
      case "template" -> {
        only(entry, format, "template", true);
        yield template(entry.at("template"));
      }
      case "pem" -> {
        only(entry, format, "credential", true, "names", "includeFederated");
        Section names = entry.at("names");
        yield pem(entry, names);
      }
      case "pkcs12" -> {
        only(entry, format, "pkcs12", true, "credential", "includeFederated");
        Section stores = entry.at("pkcs12");
        yield new Content.Pkcs12(
            svid(entry, format),
            stores.path("passwordFile"),
            stores.text("alias", "svid"),
            entry.flag("includeFederated", false));
      }
      case "bundle" -> {
        only(entry, format, "bundle", true);
        Section bundle = entry.at("bundle");
        yield new Content.TrustBundle(
            new TrustDomain(bundle.text("trustDomain", "absent")),
            bundle.text("as", "spiffe").equals("pem"));
      }
      default -> new Content.Token(token(entry, format));
    };
  }

  private static Content pem(Section entry, Section names) {
    Content.Pem pem =
        new Content.Pem(
            svid(entry, "pem"),
            names.text("certificate", "svid.pem"),
            names.text("key", "key.pem"),
            names.text("bundle", "bundle.pem"),
            entry.flag("includeFederated", false));
    if (Set.copyOf(List.of(pem.certificate(), pem.key(), pem.bundle())).size() < 3) {
      names.error("", "two of the three files have the same name");
    }
    return pem;
  }

  /** The parts that a format takes: one that it must have, and others. */
  private static void only(
      Section entry, String format, String first, boolean needed, String... others) {
    Set<String> taken = new HashSet<>(List.of(others));
    taken.add(first);
    if (needed && !entry.has(first)) {
      entry.error("", "format \"" + format + "\" needs \"" + first + "\"");
    }
    for (String part : OF_SOME) {
      if (entry.has(part) && !taken.contains(part)) {
        entry.error(part, "format \"" + format + "\" takes no \"" + part + "\"");
      }
    }
  }

  private static Wanted credential(Section entry, String format) {
    only(entry, format, "credential", true);
    return entry.has("credential") ? entry.credential("credential") : none();
  }

  private static Wanted token(Section entry, String format) {
    Wanted wanted = credential(entry, format);
    if (wanted instanceof Wanted.X509Svid) {
      entry.error("credential", "an X.509-SVID has no token; take format pem, pkcs12 or json");
    }
    return wanted;
  }

  private static Wanted svid(Section entry, String format) {
    if (!entry.has("credential")) {
      if (!format.equals("pem")) {
        entry.error("", "format \"" + format + "\" needs \"credential\"");
      }
      return none();
    }
    Wanted wanted = entry.credential("credential");
    if (!(wanted instanceof Wanted.X509Svid)) {
      entry.error("credential", "format \"" + format + "\" needs an X.509-SVID");
    }
    return wanted;
  }

  private static Wanted none() {
    return new Wanted.JwtSvid(List.of(), null);
  }

  private static List<Content.Variable> variables(Section variables) {
    List<Content.Variable> compiled = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section entry : variables.entries()) {
      Wanted token = entry.credential("credential");
      if (token instanceof Wanted.X509Svid) {
        entry.error("credential", "an X.509-SVID has no token");
      }
      if (!names.add(entry.text("name"))) {
        entry.error("name", "there is another variable \"" + entry.text("name") + "\"");
      }
      compiled.add(
          new Content.Variable(
              entry.text("name"), token, entry.text("format", "token").equals("header")));
    }
    return compiled;
  }

  private static Content template(Section template) {
    Map<String, Wanted> credentials = new LinkedHashMap<>();
    Section names = template.at("credentials");
    for (int i = 0; i < names.entries().size(); i++) {
      String index = Integer.toString(i);
      credentials.put(names.text(index), names.credential(index));
    }
    Content.Escape escape =
        switch (template.text("escape", "none")) {
          case "html" -> Content.Escape.HTML;
          case "json" -> Content.Escape.JSON;
          default -> Content.Escape.NONE;
        };
    boolean inline = template.has("text");
    if (inline == template.has("file")) {
      template.error("", "a template has exactly one of \"text\" and \"file\"");
      return new Content.Template("", escape, credentials);
    }
    String source = inline ? template.text("text") : read(template);
    Content.Template compiled = new Content.Template(source, escape, credentials);
    try {
      Templates.check(compiled);
    } catch (Templates.Wrong wrong) {
      if (inline) {
        template.error("text", wrong.line, 1, wrong.message());
      } else {
        template.error("file", template.path("file") + ":" + wrong.line + ":1: " + wrong.message());
      }
    }
    return compiled;
  }

  private static String read(Section template) {
    try {
      byte[] bytes = SmallFile.read(template.path("file"), MAX_TEMPLATE);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      template.error("file", String.valueOf(unreadable.getMessage()));
      return "";
    }
  }
}
