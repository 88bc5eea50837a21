/** The admission webhook that puts the sidecar into pods. */
@NullMarked
package io.mintmark.kubernetes.injector;

import org.jspecify.annotations.NullMarked;
