/** Unix sockets: their files, whom they let in, and how many. */
@NullMarked
package io.mintmark.sidecar.unix;

import org.jspecify.annotations.NullMarked;
