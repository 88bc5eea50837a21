package io.mintmark.policy;

import dev.cel.runtime.CelVariableResolver;
import io.mintmark.workload.Ask;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.Scope;
import io.mintmark.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request as conditions see it. Not shared between threads.
 *
 * <p>Scopes and lifetime are those asked for; where none were, all that the workload's grants could
 * give, so that asking for nothing in particular gets past no guardrail.
 */
final class Question implements CelVariableResolver {
  private final Facts facts;
  private final @Nullable InventoryEntry inventory;
  private final Ask ask;
  private final Set<Scope> scopes;
  private final @Nullable Duration lifetime;
  private final @Nullable String audience;
  private final @Nullable ResourceTerms resource;
  private final Instant now;
  private final Map<String, View> views = new HashMap<>(8);

  Question(
      Facts facts,
      @Nullable InventoryEntry inventory,
      Ask ask,
      Set<Scope> scopes,
      @Nullable Duration lifetime,
      @Nullable String audience,
      @Nullable ResourceTerms resource,
      Instant now) {
    this.facts = facts;
    this.inventory = inventory;
    this.ask = ask;
    this.scopes = scopes;
    this.lifetime = lifetime;
    this.audience = audience;
    this.resource = resource;
    this.now = now;
  }

  /** The same request, looked at for one of its audiences. */
  Question about(String one, @Nullable ResourceTerms behind) {
    return new Question(facts, inventory, ask, scopes, lifetime, one, behind, now);
  }

  /** Whether all that a guardrail is about is there. */
  boolean concerns(GuardrailRule rule) {
    return (resource != null || !rule.needsResource())
        && (audience != null || !rule.needsAudience());
  }

  @Nullable ResourceTerms resource() {
    return resource;
  }

  @Override
  public Optional<Object> find(String name) {
    View view = views.get(name);
    if (view == null) {
      view = view(name);
      if (view == null) {
        return Optional.empty();
      }
      views.put(name, view);
    }
    return Optional.of(view);
  }

  private @Nullable View view(String name) {
    return switch (name) {
      case "workload" -> new View(name, Vocabulary.WORKLOAD, this::workload);
      case "evidence" -> new View(name, Vocabulary.EVIDENCE, this::evidence);
      case "request" -> new View(name, Vocabulary.REQUEST, this::request);
      case "delegation" -> new View(name, Vocabulary.DELEGATION, this::delegation);
      case Vocabulary.RESOURCE_VARIABLE -> {
        ResourceTerms terms = resource;
        yield terms == null
            ? null
            : new View(name, Vocabulary.RESOURCE, field -> resource(terms, field));
      }
      default -> null;
    };
  }

  private @Nullable Object workload(String field) {
    WorkloadId id = facts.id();
    InventoryEntry entry = inventory;
    return switch (field) {
      case "id" -> id.uri();
      case "trustDomain" -> id.trustDomain().name();
      case "path" -> id.path();
      case "owner" -> entry == null ? null : entry.owner();
      case "environment" -> entry == null ? null : entry.environment();
      case "classification" -> entry == null ? null : entry.classification();
      case "attributes" -> entry == null ? null : entry.attributes();
      default -> null;
    };
  }

  private @Nullable Object evidence(String field) {
    return switch (field) {
      case "kind" -> facts.kind().word();
      case "issuer" -> facts.issuer();
      case "attributes" -> facts.attributes();
      case "ageSeconds" -> {
        Instant issuedAt = facts.issuedAt();
        yield issuedAt == null ? null : Math.max(0, Duration.between(issuedAt, now).toSeconds());
      }
      default -> null;
    };
  }

  private @Nullable Object request(String field) {
    return switch (field) {
      case "credential" -> ask.wanted().kind().word();
      case "resource" -> resource == null ? null : resource.name();
      case "audience" -> audience;
      case "audiences" ->
          switch (ask.wanted()) {
            case Ask.AccessToken token -> List.of(token.target());
            case Ask.JwtSvid svid -> svid.audiences().stream().sorted().toList();
            case Ask.X509Svid ignored -> List.of();
          };
      case "scopes" -> scopes.stream().map(Scope::value).sorted().toList();
      case "lifetime" -> lifetime;
      case "time" -> now;
      case "sourceAddress" -> ask.source().getHostAddress();
      case "authorizationDetails" -> List.of();
      default -> null;
    };
  }

  private @Nullable Object delegation(String field) {
    Delegation delegation = ask.delegation();
    return switch (field) {
      case "subject" -> delegation.subject();
      case "actors" -> delegation.actors();
      case "depth" -> (long) delegation.depth();
      default -> null;
    };
  }

  private static @Nullable Object resource(ResourceTerms terms, String field) {
    return switch (field) {
      case "name" -> terms.name();
      case "owner" -> terms.owner();
      case "audience" -> terms.audience();
      case "scopes" -> terms.scopes().stream().map(Scope::value).sorted().toList();
      case "environment" -> terms.environment();
      case "classification" -> terms.classification();
      case "maxLifetime" -> terms.maxLifetime();
      case "binding" -> terms.binding().word();
      default -> null;
    };
  }
}
