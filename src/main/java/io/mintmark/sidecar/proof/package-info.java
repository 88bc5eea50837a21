/** Where the sidecar finds the proof of where it runs. */
@NullMarked
package io.mintmark.sidecar.proof;

import org.jspecify.annotations.NullMarked;
