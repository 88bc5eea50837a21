/** The broker as the sidecar sees it: one gRPC client over several addresses. */
@NullMarked
package io.mintmark.sidecar.broker;

import org.jspecify.annotations.NullMarked;
