@NullMarked
package io.mintmark.sidecar.plan;

import org.jspecify.annotations.NullMarked;
