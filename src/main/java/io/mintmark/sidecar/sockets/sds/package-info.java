/** Envoy's secret discovery, version 3. */
@NullMarked
package io.mintmark.sidecar.sockets.sds;

import org.jspecify.annotations.NullMarked;
