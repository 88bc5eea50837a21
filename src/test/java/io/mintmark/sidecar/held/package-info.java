@NullMarked
package io.mintmark.sidecar.held;

import org.jspecify.annotations.NullMarked;
