/** Plain HTTP: paths, methods, sizes and JSON. Knows nothing of OAuth. */
@NullMarked
package io.mintmark.api.http;

import org.jspecify.annotations.NullMarked;
