@NullMarked
package io.mintmark;

import org.jspecify.annotations.NullMarked;
