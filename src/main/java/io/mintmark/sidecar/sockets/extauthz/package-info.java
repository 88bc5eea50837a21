/** Envoy's external authorization, which puts a token into a request. */
@NullMarked
package io.mintmark.sidecar.sockets.extauthz;

import org.jspecify.annotations.NullMarked;
