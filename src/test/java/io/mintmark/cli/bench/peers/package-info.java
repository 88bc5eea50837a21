@NullMarked
package io.mintmark.cli.bench.peers;

import org.jspecify.annotations.NullMarked;
