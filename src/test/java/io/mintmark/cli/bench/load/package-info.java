@NullMarked
package io.mintmark.cli.bench.load;

import org.jspecify.annotations.NullMarked;
