@NullMarked
package io.mintmark.sidecar.tls;

import org.jspecify.annotations.NullMarked;
