/** Delivery by Unix sockets: what is served on one, and who may connect. */
@NullMarked
package io.mintmark.sidecar.sockets;

import org.jspecify.annotations.NullMarked;
