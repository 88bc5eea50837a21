@NullMarked
package io.mintmark.sidecar.broker;

import org.jspecify.annotations.NullMarked;
