@NullMarked
package io.mintmark.fetch;

import org.jspecify.annotations.NullMarked;
