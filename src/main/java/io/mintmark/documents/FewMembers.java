package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of a small object, in order, in a third of a {@link java.util.LinkedHashMap}'s
 * memory: the names are those of every object that has the same ones. Cannot be changed.
 */
final class FewMembers extends AbstractMap<String, JsonNode> {
  /** Looked through from the first to the last, so no object of many members is one of these. */
  static final int MAX = 8;

  private final String[] names;
  private final JsonNode[] values;

  /** Neither array may be changed afterwards. */
  FewMembers(String[] names, JsonNode[] values) {
    this.names = names;
    this.values = values;
  }

  @Override
  public @Nullable JsonNode get(@Nullable Object name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name)) {
        return values[i];
      }
    }
    return null;
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return get(name) != null;
  }

  @Override
  public int size() {
    return names.length;
  }

  @Override
  public Set<Map.Entry<String, JsonNode>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<String, JsonNode>> iterator() {
        return new Entries();
      }

      @Override
      public int size() {
        return names.length;
      }
    };
  }

  private final class Entries implements Iterator<Map.Entry<String, JsonNode>> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < names.length;
    }

    @Override
    public Map.Entry<String, JsonNode> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int at = next++;
      return Map.entry(names[at], values[at]);
    }
  }
}
