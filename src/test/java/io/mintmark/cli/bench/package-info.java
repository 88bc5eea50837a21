@NullMarked
package io.mintmark.cli.bench;

import org.jspecify.annotations.NullMarked;
