/** Delivery as files, and what is run after a renewal. */
@NullMarked
package io.mintmark.sidecar.files;

import org.jspecify.annotations.NullMarked;
