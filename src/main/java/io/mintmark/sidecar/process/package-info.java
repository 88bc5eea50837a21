/** Other processes: signals to them, and their end with all that they started. */
@NullMarked
package io.mintmark.sidecar.process;

import org.jspecify.annotations.NullMarked;
