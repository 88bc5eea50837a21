/**
 * What the sidecar holds: credentials wanted, held and renewed, and the trust to check others by.
 */
@NullMarked
package io.mintmark.sidecar.held;

import org.jspecify.annotations.NullMarked;
