/** The key ring: authorities that are prepared, activated and retired. */
@NullMarked
package io.mintmark.keys;

import org.jspecify.annotations.NullMarked;
