@NullMarked
package io.mintmark.keys;

import org.jspecify.annotations.NullMarked;
