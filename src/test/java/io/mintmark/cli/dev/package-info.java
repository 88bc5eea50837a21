@NullMarked
package io.mintmark.cli.dev;

import org.jspecify.annotations.NullMarked;
