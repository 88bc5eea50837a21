/** Systems that are measured beside the broker, by the same load. */
@NullMarked
package io.mintmark.cli.bench.peers;

import org.jspecify.annotations.NullMarked;
