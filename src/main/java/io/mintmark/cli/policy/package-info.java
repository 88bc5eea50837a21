/** The commands on policy documents, offline. */
@NullMarked
package io.mintmark.cli.policy;

import org.jspecify.annotations.NullMarked;
