/** Documents compiled to an immutable policy; decisions and their explanation. */
@NullMarked
package io.mintmark.policy;

import org.jspecify.annotations.NullMarked;
