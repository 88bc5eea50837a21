/** A load: callers on one thread, what they ask with, and what became of it. */
@NullMarked
package io.mintmark.cli.bench.load;

import org.jspecify.annotations.NullMarked;
