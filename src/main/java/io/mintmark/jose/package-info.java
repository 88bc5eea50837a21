/**
 * Compact JWS and JWK sets as hostile bytes, signature algorithms and the crypto provider in use.
 */
@NullMarked
package io.mintmark.jose;

import org.jspecify.annotations.NullMarked;
