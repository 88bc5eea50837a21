/** Delivery by proxy: credentials put into requests on their way out. */
@NullMarked
package io.mintmark.sidecar.proxy;

import org.jspecify.annotations.NullMarked;
