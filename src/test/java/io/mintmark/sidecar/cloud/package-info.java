@NullMarked
package io.mintmark.sidecar.cloud;

import org.jspecify.annotations.NullMarked;
