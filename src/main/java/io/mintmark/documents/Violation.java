package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What a schema does not allow.
 *
 * @param keyword the keyword that is not met
 * @param pointer where in the document, RFC 6901
 * @param value what stands there
 * @param holder the schema object that has the keyword
 * @param property the member that is missing or unknown
 */
record Violation(
    String keyword, String pointer, JsonNode value, JsonNode holder, @Nullable String property) {
  /** The keyword's own value. */
  JsonNode expected() {
    return holder.path(keyword);
  }
}
