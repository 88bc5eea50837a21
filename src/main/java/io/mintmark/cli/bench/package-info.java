/** The load driver: evidence made before the clock starts, a broker of its own, and the report. */
@NullMarked
package io.mintmark.cli.bench;

import org.jspecify.annotations.NullMarked;
