/** The SPIFFE Workload API. */
@NullMarked
package io.mintmark.sidecar.sockets.workloadapi;

import org.jspecify.annotations.NullMarked;
