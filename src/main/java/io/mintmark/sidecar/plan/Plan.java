package io.mintmark.sidecar.plan;

import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Documents;
import io.mintmark.documents.Kind;
import io.mintmark.documents.Position;
import io.mintmark.documents.Problem;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.held.Wanted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A sidecar's configuration.
 *
 * @param name {@code metadata.name}
 * @param evidence sources of proof, in order
 * @param credentials what deliveries use, by its name or the delivery's
 * @param deliveries what each delivery's own room compiled, in order
 * @param health where health and metrics are served
 * @param relied files that decide as the document does, each with where it is named
 */
public record Plan(
    String name,
    BrokerPlan broker,
    List<ProofPlan> evidence,
    Map<String, Wanted> credentials,
    List<DeliveryPlan> deliveries,
    ListenAddress health,
    Map<Path, Position> relied,
    List<Problem> warnings) {
  private static final int MOST = 256;

  public Plan {
    evidence = List.copyOf(evidence);
    credentials = Map.copyOf(credentials);
    deliveries = List.copyOf(deliveries);
    relied = Map.copyOf(relied);
    warnings = List.copyOf(warnings);
  }

  /** The same of a file whose content is bound to nothing. */
  public static Plan load(Path file, Function<Section, List<DeliveryPlan>> deliveries)
      throws DocumentErrors {
    return load(file, null, deliveries);
  }

  /**
   * Reads and compiles a configuration, whole or not at all.
   *
   * @param bound the only content that is looked into; null where any is
   * @param deliveries compiles {@code spec}'s deliveries
   * @throws DocumentErrors with the place of everything that is wrong
   */
  public static Plan load(
      Path file, @Nullable Sha256 bound, Function<Section, List<DeliveryPlan>> deliveries)
      throws DocumentErrors {
    Path absolute = file.toAbsolutePath().normalize();
    Document document =
        Documents.only(file, Kind.SIDECAR, content -> Sha256.objection(bound, content));
    List<Problem> problems = new ArrayList<>();
    Path parent = absolute.getParent();
    Path folder = parent == null ? absolute : parent;
    Used used = new Used();
    Section bare = new Section(document, "/spec", folder, Map.of(), used, problems::add);
    BrokerPlan broker = Basics.broker(bare.at("broker"));
    List<ProofPlan> evidence = EvidenceSection.compile(bare.at("evidence"));
    Map<String, Wanted> credentials = Basics.credentials(bare.at("credentials"));
    ListenAddress health = Basics.health(bare.at("health"));
    Section spec = new Section(document, "/spec", folder, credentials, used, problems::add);
    List<DeliveryPlan> compiled = deliveries.apply(spec);
    Map<String, Wanted> obtained = used.byName();
    if (obtained.size() > MOST) {
      spec.error("deliver", "more than " + MOST + " different credentials are wanted");
    }
    for (Section entry : spec.at("credentials").entries()) {
      if (!obtained.containsValue(credentials.get(entry.text("name")))) {
        entry.warning("name", "nothing uses it, so it is not obtained");
      }
    }
    List<Problem> errors =
        problems.stream().filter(problem -> problem.severity() == Problem.Severity.ERROR).toList();
    if (!errors.isEmpty()) {
      throw new DocumentErrors(errors);
    }
    return new Plan(
        document.name(), broker, evidence, obtained, compiled, health, used.relied(), problems);
  }
}
