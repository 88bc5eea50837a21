/** YAML documents with file, line and column, and the JSON Schemas that they must meet. */
@NullMarked
package io.mintmark.documents;

import org.jspecify.annotations.NullMarked;
