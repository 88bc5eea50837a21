/**
 * A file system in memory that records what is asked of its disk, and what a loss of power can
 * leave of it.
 */
@NullMarked
package io.mintmark.powerloss;

import org.jspecify.annotations.NullMarked;
