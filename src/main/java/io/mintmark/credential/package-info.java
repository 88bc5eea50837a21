/** Mints credentials from grants: build, sign, check. */
@NullMarked
package io.mintmark.credential;

import org.jspecify.annotations.NullMarked;
