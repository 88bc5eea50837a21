/** The sidecar's configuration, compiled whole to immutable values. */
@NullMarked
package io.mintmark.sidecar.plan;

import org.jspecify.annotations.NullMarked;
