@NullMarked
package io.mintmark.sidecar.delivery;

import org.jspecify.annotations.NullMarked;
