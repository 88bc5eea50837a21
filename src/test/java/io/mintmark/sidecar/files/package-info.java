@NullMarked
package io.mintmark.sidecar.files;

import org.jspecify.annotations.NullMarked;
