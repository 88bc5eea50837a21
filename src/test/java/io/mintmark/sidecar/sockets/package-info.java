@NullMarked
package io.mintmark.sidecar.sockets;

import org.jspecify.annotations.NullMarked;
