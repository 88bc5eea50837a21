package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The documents of one moment by what others refer to them by, so that those that decide whether a
 * resource is good are found without a look at all.
 */
final class Related {
  private static final String EVERY_ISSUER = "issuers";

  private final DocumentSet folder;
  private final ClusterView cluster;
  private final Map<String, List<CustomResource>> resources = new HashMap<>();
  private final Map<String, List<Document>> documents = new HashMap<>();

  Related(DocumentSet folder, ClusterView cluster) {
    this.folder = folder;
    this.cluster = cluster;
    for (CustomResource one : cluster.resources()) {
      Kind kind = one.kind().kind();
      if (kind != Kind.TRUST_DOMAIN && kind != Kind.GUARDRAIL) {
        for (String key : keys(kind, one.qualified(), one.spec())) {
          resources.computeIfAbsent(key, absent -> new ArrayList<>()).add(one);
        }
      }
    }
    for (Document one : folder.documents()) {
      for (String key : keys(Kind.ofWord(one.kind()).orElseThrow(), one.name(), one.spec())) {
        documents.computeIfAbsent(key, absent -> new ArrayList<>()).add(one);
      }
    }
  }

  DocumentSet folder() {
    return folder;
  }

  ClusterView cluster() {
    return cluster;
  }

  List<CustomResource> resources(List<String> keys) {
    LinkedHashSet<CustomResource> found = new LinkedHashSet<>();
    keys.forEach(key -> found.addAll(resources.getOrDefault(key, List.of())));
    return List.copyOf(found);
  }

  List<Document> documents(List<String> keys) {
    LinkedHashSet<Document> found = new LinkedHashSet<>();
    keys.forEach(key -> found.addAll(documents.getOrDefault(key, List.of())));
    return List.copyOf(found);
  }

  /** What the documents that decide whether a resource is good are known by. */
  static List<String> wanted(CustomResource candidate) {
    List<String> wanted = new ArrayList<>();
    JsonNode spec = candidate.spec();
    wanted.add(EVERY_ISSUER);
    wanted.add(named(candidate.kind().kind(), candidate.qualified()));
    JsonNode issue = spec.path("issue");
    issue.path("jwtSvid").path("audiences").forEach(one -> wanted.add(audience(one.asText())));
    String resource = issue.path("accessToken").path("resource").asText();
    switch (candidate.kind()) {
      case RESOURCE -> wanted.add(audience(spec.path("audience").asText()));
      case WORKLOAD -> wanted.add(identity(spec));
      case GUARDRAIL -> wanted.add(named(Kind.RESOURCE, spec.at("/match/resource").asText()));
      case GRANT -> wanted.add(named(Kind.RESOURCE, candidate.namespace() + "/" + resource));
      case TRUST_DOMAIN, ISSUER -> {}
    }
    return wanted;
  }

  private static List<String> keys(Kind kind, String name, JsonNode spec) {
    return switch (kind) {
      case ISSUER -> List.of(EVERY_ISSUER);
      case RESOURCE -> List.of(named(kind, name), audience(spec.path("audience").asText()));
      case WORKLOAD -> List.of(named(kind, name), identity(spec));
      case TRUST_DOMAIN, GUARDRAIL -> List.of(named(kind, name));
      case GRANT, POLICY_TEST, SIDECAR, INJECTOR -> List.of();
    };
  }

  private static String named(Kind kind, String name) {
    return kind.word() + " " + name;
  }

  private static String audience(String audience) {
    return "audience " + audience;
  }

  private static String identity(JsonNode workload) {
    return "identity " + workload.path("id").asText();
  }
}
