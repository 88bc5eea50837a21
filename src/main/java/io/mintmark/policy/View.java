package io.mintmark.policy;

import dev.cel.common.exceptions.CelAttributeNotFoundException;
import dev.cel.common.types.StructType;
import dev.cel.common.values.StructValue;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A variable of a condition. A field that has no value cannot be read; it never reads as empty. */
@SuppressWarnings("Immutable") // its fields are read from immutable records
final class View extends StructValue<String, View> {
  private final String variable;
  private final StructType type;
  private final Function<String, @Nullable Object> fields;

  View(String variable, StructType type, Function<String, @Nullable Object> fields) {
    this.variable = variable;
    this.type = type;
    this.fields = fields;
  }

  @Override
  public Object select(String field) {
    Object value = fields.apply(field);
    if (value == null) {
      throw CelAttributeNotFoundException.of(variable + "." + field + " has no value");
    }
    return value;
  }

  @Override
  public Optional<Object> find(String field) {
    return Optional.ofNullable(fields.apply(field));
  }

  @Override
  public View value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return false;
  }

  @Override
  public StructType celType() {
    return type;
  }
}
