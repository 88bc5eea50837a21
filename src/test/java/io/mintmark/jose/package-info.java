@NullMarked
package io.mintmark.jose;

import org.jspecify.annotations.NullMarked;
