package io.mintmark.evidence.trust;

import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Problem;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.TrustDomain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compiles the TrustDomain and Issuer documents of one moment, whole or not at all. No key source
 * is opened before every document has been found good.
 */
public final class TrustCompiler {
  private TrustCompiler() {}

  /** Compiles; other kinds of documents are passed over. */
  public static TrustCompilation compile(DocumentSet documents, TrustContext context) {
    Problems problems = new Problems();
    List<DomainCompiler.Draft> domains = new ArrayList<>();
    for (Document document : documents.ofKind("TrustDomain")) {
      new DomainCompiler(document, documents.attachments(), context, problems)
          .compile()
          .ifPresent(domains::add);
    }
    List<IssuerCompiler.Draft> issuers = new ArrayList<>();
    Map<String, Document> byUrl = new LinkedHashMap<>();
    for (Document document : documents.ofKind("Issuer")) {
      Optional<IssuerCompiler.Draft> draft =
          new IssuerCompiler(document, documents.attachments(), context, problems).compile();
      String url = document.spec().path("issuer").asText();
      Document other = byUrl.putIfAbsent(url, document);
      if (other != null) {
        problems.add(
            document.error(
                "/spec/issuer",
                "issuer "
                    + Outside.quoted(url)
                    + " is already that of \""
                    + other.name()
                    + "\" at "
                    + other.at("/spec/issuer")
                    + "; one document says all about an issuer"));
      }
      draft.ifPresent(issuers::add);
    }
    warnOfOverlaps(issuers, problems);
    refuseSharedRequests(issuers, problems);
    if (problems.hasError()) {
      return new TrustCompilation.Broken(problems.sorted());
    }
    Map<TrustDomain, TrustedDomain> trustedDomains = new HashMap<>();
    for (DomainCompiler.Draft draft : domains) {
      problems
          .opening(draft.document(), () -> draft.open(context))
          .ifPresent(domain -> trustedDomains.put(domain.name(), domain));
    }
    Map<String, TrustedIssuer> trustedIssuers = new HashMap<>();
    for (IssuerCompiler.Draft draft : issuers) {
      problems
          .opening(draft.document(), () -> draft.open(context))
          .ifPresent(issuer -> trustedIssuers.put(issuer.url(), issuer));
    }
    if (problems.hasError()) {
      return new TrustCompilation.Broken(problems.sorted());
    }
    return new TrustCompilation.Compiled(
        new TrustAttestor(trustedDomains, trustedIssuers, context.issuer(), context.clock()),
        problems.sorted());
  }

  /** A request does not say whose it is, so one document alone may take a kind of them. */
  private static void refuseSharedRequests(List<IssuerCompiler.Draft> issuers, Problems problems) {
    Map<EvidenceKind, Document> taken = new EnumMap<>(EvidenceKind.class);
    for (IssuerCompiler.Draft issuer : issuers) {
      for (EvidenceKind kind : issuer.requests()) {
        Document other = taken.putIfAbsent(kind, issuer.document());
        if (other != null) {
          problems.add(
              issuer
                  .document()
                  .error(
                      "/spec/certificateRequests",
                      kind + " requests are already those of \"" + other.name() + "\""));
        }
      }
    }
  }

  private static void warnOfOverlaps(List<IssuerCompiler.Draft> issuers, Problems problems) {
    for (int i = 0; i < issuers.size(); i++) {
      for (int j = 0; j < i; j++) {
        IssuerCompiler.Draft one = issuers.get(i);
        IssuerCompiler.Draft other = issuers.get(j);
        if (one.identity().overlaps(other.identity())) {
          problems.add(
              one.document()
                  .warning(
                      "/spec/identity",
                      "issuers \""
                          + other.document().name()
                          + "\" and \""
                          + one.document().name()
                          + "\" can give the same identity"));
        }
      }
    }
  }

  /** Collects what is wrong. */
  static final class Problems {
    private final List<Problem> found = new ArrayList<>();

    void add(Problem problem) {
      found.add(problem);
    }

    void addAll(List<Problem> problems) {
      found.addAll(problems);
    }

    boolean hasError() {
      return found.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
    }

    List<Problem> sorted() {
      return found.stream().sorted(Comparator.comparing(Problem::position)).toList();
    }

    /** Opens a key source; what its factory objects to is the document's error. */
    <T> Optional<T> opening(Document document, java.util.function.Supplier<T> open) {
      try {
        return Optional.of(open.get());
      } catch (IllegalArgumentException e) {
        add(document.error("/spec", String.valueOf(e.getMessage())));
        return Optional.empty();
      }
    }
  }
}
