/** Public halves of the key ring: JWKS and SPIFFE bundle. */
@NullMarked
package io.mintmark.keys.publication;

import org.jspecify.annotations.NullMarked;
