@NullMarked
package io.mintmark.sidecar.unix;

import org.jspecify.annotations.NullMarked;
