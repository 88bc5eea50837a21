@NullMarked
package io.mintmark.kubernetes;

import org.jspecify.annotations.NullMarked;
