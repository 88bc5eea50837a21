package io.mintmark.sidecar.files;

import io.pebbletemplates.pebble.extension.Extension;
import io.pebbletemplates.pebble.extension.ExtensionCustomizer;
import io.pebbletemplates.pebble.extension.Filter;
import io.pebbletemplates.pebble.extension.Function;
import io.pebbletemplates.pebble.operator.BinaryOperator;
import io.pebbletemplates.pebble.tokenParser.TokenParser;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of the language that is let in. Without inclusion and macros nothing recurses; without
 * ranges nothing is large that the template itself does not spell out.
 */
final class CutDown extends ExtensionCustomizer {
  private static final Set<String> TAGS = Set.of("if", "for", "set", "verbatim");
  private static final Set<String> FILTERS =
      Set.of(
          "base64encode",
          "default",
          "escape",
          "first",
          "join",
          "last",
          "length",
          "lower",
          "raw",
          "replace",
          "trim",
          "upper",
          "urlencode");

  CutDown(Extension extension) {
    super(extension);
  }

  @Override
  public List<TokenParser> getTokenParsers() {
    List<TokenParser> all = super.getTokenParsers();
    return all == null
        ? List.of()
        : all.stream().filter(tag -> TAGS.contains(tag.getTag())).toList();
  }

  @Override
  public Map<String, Filter> getFilters() {
    Map<String, Filter> all = super.getFilters();
    Map<String, Filter> some = new HashMap<>(all == null ? Map.of() : all);
    some.keySet().retainAll(FILTERS);
    return some;
  }

  @Override
  public Map<String, Function> getFunctions() {
    return Map.of();
  }

  @Override
  public List<BinaryOperator> getBinaryOperators() {
    List<BinaryOperator> all = super.getBinaryOperators();
    return all == null
        ? List.of()
        : all.stream().filter(operator -> !operator.getSymbol().equals("..")).toList();
  }

  @Override
  public Map<String, Object> getGlobalVariables() {
    return Map.of();
  }
}
