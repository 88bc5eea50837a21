/** The commands of the launcher; none of them boots the broker. */
@NullMarked
package io.mintmark.cli;

import org.jspecify.annotations.NullMarked;
