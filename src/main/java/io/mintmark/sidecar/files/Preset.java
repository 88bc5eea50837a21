package io.mintmark.sidecar.files;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.delivery.Several;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that a well-known client looks for, in one folder. Those of a credential are renewed,
 * and go when it expired without another; the client's configuration stays, so that the client says
 * what it misses.
 */
public final class Preset {
  private final Path folder;
  private final Ownership ownership;
  private final boolean shared;
  private final @Nullable HookPlan hook;
  private final List<DeliveryPlan> parts = new ArrayList<>();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final Set<String> displaced = new HashSet<>();

  /**
   * @param hook after each renewal of the credential
   */
  Preset(Path folder, Ownership ownership, boolean shared, @Nullable HookPlan hook) {
    this.folder = folder;
    this.ownership = ownership;
    this.shared = shared;
    this.hook = hook;
  }

  /**
   * From {@code folder}, {@code mode}, {@code owner}, {@code group}, {@code sharedFolder} and
   * {@code hook}.
   */
  public static Preset of(Section to) {
    return new Preset(
        to.path("folder"),
        Ownership.of(to.text("mode", "0600"), to.optional("owner"), to.optional("group")),
        to.flag("sharedFolder", false),
        to.has("hook") ? HookSection.compile(to.at("hook")) : null);
  }

  /** Where one of the files lies. */
  public Path path(String file) {
    return folder.resolve(file);
  }

  /** A file that stays as it is and holds no secret. */
  public Preset fixed(String file, String text) {
    return with(path(file), new Content.Fixed(text));
  }

  /** A token and nothing else. */
  public Preset token(String file, Wanted token) {
    return with(path(file), new Content.Token(token));
  }

  /** A token as kubectl takes it from a plug-in. */
  public Preset execCredential(String file, Wanted token) {
    return with(path(file), new Content.ExecCredential(token));
  }

  /** A certificate chain, its key and its trust domain's authorities, swapped as a whole. */
  public Preset pem(Wanted svid, String certificate, String key, String bundle) {
    return with(folder, new Content.Pem(svid, certificate, key, bundle, false));
  }

  /** A variable by which a program that is run with these files finds them; no secret. */
  public Preset variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  /** Variables that such a program must not inherit, since it would prefer them to these files. */
  public Preset displacing(String... names) {
    displaced.addAll(List.of(names));
    return this;
  }

  /**
   * All of them as one delivery.
   *
   * @param client as operators know it, such as {@code kubectl}
   */
  public DeliveryPlan plan(String client) {
    return new Several(client + " \"" + folder + "\"", parts, variables, displaced);
  }

  private Preset with(Path path, Content content) {
    HookPlan after = content instanceof Content.Fixed ? null : hook;
    parts.add(new FilePlan(path, content, ownership, shared, true, after));
    return this;
  }
}
