/**
 * Delivery to cloud SDKs and other well-known clients: endpoints and ordinary configuration files.
 */
@NullMarked
package io.mintmark.sidecar.cloud;

import org.jspecify.annotations.NullMarked;
