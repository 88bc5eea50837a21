@NullMarked
package io.mintmark.api;

import org.jspecify.annotations.NullMarked;
