@NullMarked
package io.mintmark.sidecar.process;

import org.jspecify.annotations.NullMarked;
