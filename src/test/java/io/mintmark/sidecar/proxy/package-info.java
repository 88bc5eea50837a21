@NullMarked
package io.mintmark.sidecar.proxy;

import org.jspecify.annotations.NullMarked;
