/** The one bounded HTTP client for keys, bundles and collateral. */
@NullMarked
package io.mintmark.fetch;

import org.jspecify.annotations.NullMarked;
