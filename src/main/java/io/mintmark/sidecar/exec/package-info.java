/** The environment of a program that the sidecar runs. */
@NullMarked
package io.mintmark.sidecar.exec;

import org.jspecify.annotations.NullMarked;
