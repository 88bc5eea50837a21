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

/** Compiles a delivery to a file. */
public final class FileSection {
  private static final int MAX_TEMPLATE = 64 * 1024;
  private static final int MAX_NAME = 200;

  /** The parts that not every format takes. */
  private static final List<String> OF_SOME =
      List.of("variables", "template", "names", "includeFederated", "pkcs12", "bundle");

  /** What a format cannot do without, where it is not the credential. */
  private static final Map<String, String> NEEDED =
      Map.of("env", "variables", "template", "template", "pkcs12", "pkcs12", "bundle", "bundle");

  private static final Set<String> WITHOUT_CREDENTIAL = Set.of("env", "template", "bundle");

  private static final Map<String, Set<String>> TAKEN =
      Map.of("pem", Set.of("names", "includeFederated"), "pkcs12", Set.of("includeFederated"));

  private FileSection() {}

  /**
   * What is wrong is said at its place.
   *
   * @param entry one of {@code spec.deliver}, which holds the credential
   * @param file how it is written
   */
  public static DeliveryPlan compile(Section entry, Section file) {
    Path path = file.path("path");
    Path name = path.getFileName();
    if (name == null || name.toString().getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
      file.error("path", "its last name is absent or longer than " + MAX_NAME + " bytes");
    }
    Content content = content(entry, file);
    Ownership ownership =
        Ownership.of(file.text("mode", "0600"), file.optional("owner"), file.optional("group"));
    if (ownership.readByAll() && !(content instanceof Content.TrustBundle)) {
      file.warning("mode", "every user of this machine can read the credential");
    }
    return new FilePlan(
        path,
        content,
        ownership,
        file.flag("sharedFolder", false),
        file.text("onExpiry", "remove").equals("remove"),
        file.has("hook") ? HookSection.compile(file.at("hook")) : null);
  }

  private static Content content(Section entry, Section file) {
    String format = file.text("format", "token");
    check(entry, file, format);
    return switch (format) {
      case "header" -> new Content.Header(token(entry));
      case "json" -> new Content.Json(credential(entry));
      case "env" -> new Content.Env(variables(file.at("variables")));
      case "template" -> template(file.at("template"));
      case "pem" -> pem(entry, file);
      case "pkcs12" ->
          new Content.Pkcs12(
              svid(entry, format),
              file.at("pkcs12").relied("passwordFile"),
              file.at("pkcs12").text("alias", "svid"),
              file.flag("includeFederated", false));
      case "bundle" ->
          new Content.TrustBundle(
              new TrustDomain(file.at("bundle").text("trustDomain", "absent")),
              file.at("bundle").text("as", "spiffe").equals("pem"));
      default -> new Content.Token(token(entry));
    };
  }

  /** That a format has the parts that it must have, and none that are another's. */
  private static void check(Section entry, Section file, String format) {
    String needed = NEEDED.getOrDefault(format, "credential");
    if (needed.equals("credential") && !entry.has(needed)) {
      entry.error("", "format \"" + format + "\" needs \"credential\"");
    }
    if (!needed.equals("credential") && !file.has(needed)) {
      file.error("", "format \"" + format + "\" needs \"" + needed + "\"");
    }
    if (WITHOUT_CREDENTIAL.contains(format) && entry.has("credential")) {
      entry.error("credential", "format \"" + format + "\" takes no \"credential\"");
    }
    if (format.equals("pkcs12") && !entry.has("credential")) {
      entry.error("", "format \"pkcs12\" needs \"credential\"");
    }
    Set<String> taken = TAKEN.getOrDefault(format, Set.of());
    for (String part : OF_SOME) {
      if (file.has(part) && !part.equals(needed) && !taken.contains(part)) {
        file.error(part, "format \"" + format + "\" takes no \"" + part + "\"");
      }
    }
  }

  private static Content pem(Section entry, Section file) {
    Section names = file.at("names");
    Content.Pem pem =
        new Content.Pem(
            svid(entry, "pem"),
            names.text("certificate", "svid.pem"),
            names.text("key", "key.pem"),
            names.text("bundle", "bundle.pem"),
            file.flag("includeFederated", false));
    if (Set.copyOf(List.of(pem.certificate(), pem.key(), pem.bundle())).size() < 3) {
      names.error("", "two of the three files have the same name");
    }
    return pem;
  }

  private static Wanted credential(Section entry) {
    return entry.has("credential") ? entry.credential("credential") : none();
  }

  private static Wanted token(Section entry) {
    Wanted wanted = credential(entry);
    if (wanted instanceof Wanted.X509Svid) {
      entry.error("credential", "an X.509-SVID has no token; take format pem, pkcs12 or json");
    }
    return wanted;
  }

  private static Wanted svid(Section entry, String format) {
    Wanted wanted = credential(entry);
    if (entry.has("credential") && !(wanted instanceof Wanted.X509Svid)) {
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
      byte[] bytes = SmallFile.read(template.relied("file"), MAX_TEMPLATE);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      template.error("file", String.valueOf(unreadable.getMessage()));
      return "";
    }
  }
}
