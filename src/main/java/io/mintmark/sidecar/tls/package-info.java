/** TLS to servers: one implementation for all of the sidecar. */
@NullMarked
package io.mintmark.sidecar.tls;

import org.jspecify.annotations.NullMarked;
