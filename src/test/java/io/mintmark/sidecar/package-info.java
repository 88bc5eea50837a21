@NullMarked
package io.mintmark.sidecar;

import org.jspecify.annotations.NullMarked;
