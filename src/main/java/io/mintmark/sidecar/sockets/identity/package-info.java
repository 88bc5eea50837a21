/** The workload's identity and trust as they are now, and streams that carry each change. */
@NullMarked
package io.mintmark.sidecar.sockets.identity;

import org.jspecify.annotations.NullMarked;
