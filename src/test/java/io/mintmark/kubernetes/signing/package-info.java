@NullMarked
package io.mintmark.kubernetes.signing;

import org.jspecify.annotations.NullMarked;
