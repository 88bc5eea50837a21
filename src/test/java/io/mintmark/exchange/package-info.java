@NullMarked
package io.mintmark.exchange;

import org.jspecify.annotations.NullMarked;
