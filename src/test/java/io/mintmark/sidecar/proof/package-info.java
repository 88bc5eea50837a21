@NullMarked
package io.mintmark.sidecar.proof;

import org.jspecify.annotations.NullMarked;
