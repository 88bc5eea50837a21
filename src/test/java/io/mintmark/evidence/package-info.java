@NullMarked
package io.mintmark.evidence;

import org.jspecify.annotations.NullMarked;
