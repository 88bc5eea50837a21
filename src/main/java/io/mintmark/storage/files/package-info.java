/** Ports implemented on plain files. */
@NullMarked
package io.mintmark.storage.files;

import org.jspecify.annotations.NullMarked;
