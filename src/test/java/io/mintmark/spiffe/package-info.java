@NullMarked
package io.mintmark.spiffe;

import org.jspecify.annotations.NullMarked;
