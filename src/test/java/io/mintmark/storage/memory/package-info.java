@NullMarked
package io.mintmark.storage.memory;

import org.jspecify.annotations.NullMarked;
