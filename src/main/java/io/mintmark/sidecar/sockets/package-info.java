/** Delivery by Unix sockets: SPIFFE Workload API, Envoy SDS and ext_authz, and who may connect. */
@NullMarked
package io.mintmark.sidecar.sockets;

import org.jspecify.annotations.NullMarked;
