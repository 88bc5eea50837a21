package io.mintmark.policy;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.Immutable;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The variables of a condition and their types, so that a misspelt field does not compile. */
final class Vocabulary {
  private static final CelType TEXTS = ListType.create(SimpleType.STRING);
  private static final CelType ATTRIBUTES = MapType.create(SimpleType.STRING, SimpleType.DYN);

  static final StructType WORKLOAD =
      struct(
          "Workload",
          Map.of(
              "id", SimpleType.STRING,
              "trustDomain", SimpleType.STRING,
              "path", SimpleType.STRING,
              "owner", SimpleType.STRING,
              "environment", SimpleType.STRING,
              "classification", SimpleType.STRING,
              "attributes", ATTRIBUTES));

  static final StructType EVIDENCE =
      struct(
          "Evidence",
          Map.of(
              "kind", SimpleType.STRING,
              "issuer", SimpleType.STRING,
              "attributes", ATTRIBUTES,
              "ageSeconds", SimpleType.INT));

  static final StructType REQUEST =
      struct(
          "Request",
          Map.of(
              "credential", SimpleType.STRING,
              "resource", SimpleType.STRING,
              "audience", SimpleType.STRING,
              "audiences", TEXTS,
              "scopes", TEXTS,
              "lifetime", SimpleType.DURATION,
              "time", SimpleType.TIMESTAMP,
              "sourceAddress", SimpleType.STRING,
              "authorizationDetails", ListType.create(SimpleType.DYN)));

  static final StructType DELEGATION =
      struct(
          "Delegation",
          Map.of("subject", SimpleType.STRING, "actors", TEXTS, "depth", SimpleType.INT));

  static final StructType RESOURCE =
      struct(
          "Resource",
          Map.of(
              "name", SimpleType.STRING,
              "owner", SimpleType.STRING,
              "audience", SimpleType.STRING,
              "scopes", TEXTS,
              "environment", SimpleType.STRING,
              "classification", SimpleType.STRING,
              "maxLifetime", SimpleType.DURATION,
              "binding", SimpleType.STRING));

  /** The name of the only variable that some requests lack. */
  static final String RESOURCE_VARIABLE = "resource";

  static final Map<String, StructType> VARIABLES =
      Map.of(
          "workload",
          WORKLOAD,
          "evidence",
          EVIDENCE,
          "request",
          REQUEST,
          "delegation",
          DELEGATION,
          RESOURCE_VARIABLE,
          RESOURCE);

  static final CelTypeProvider TYPES =
      new Types(ImmutableList.of(WORKLOAD, EVIDENCE, REQUEST, DELEGATION, RESOURCE));

  private Vocabulary() {}

  /** The names of a variable's fields, sorted. */
  static List<String> fieldsOf(String variable) {
    StructType type = VARIABLES.get(variable);
    return type == null ? List.of() : type.fieldNames().stream().sorted().toList();
  }

  @SuppressWarnings("Immutable") // the map is this class' own constant
  private static StructType struct(String name, Map<String, CelType> fields) {
    return StructType.create(
        "mintmark." + name,
        ImmutableSet.copyOf(fields.keySet()),
        field -> Optional.ofNullable(fields.get(field)));
  }

  @Immutable
  @SuppressWarnings("Immutable") // CelType has no annotation, and is a value
  private record Types(ImmutableList<CelType> all) implements CelTypeProvider {
    @Override
    public ImmutableCollection<CelType> types() {
      return all;
    }

    @Override
    public Optional<CelType> findType(String name) {
      return all.stream().filter(type -> type.name().equals(name)).findFirst();
    }
  }
}
