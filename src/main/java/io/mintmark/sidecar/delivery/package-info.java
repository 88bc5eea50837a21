/** What every delivery is, and what it gets to work with. */
@NullMarked
package io.mintmark.sidecar.delivery;

import org.jspecify.annotations.NullMarked;
