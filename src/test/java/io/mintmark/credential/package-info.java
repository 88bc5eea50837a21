@NullMarked
package io.mintmark.credential;

import org.jspecify.annotations.NullMarked;
