@NullMarked
package io.mintmark.storage.files;

import org.jspecify.annotations.NullMarked;
