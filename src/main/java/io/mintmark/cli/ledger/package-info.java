/** The commands on a ledger, offline. */
@NullMarked
package io.mintmark.cli.ledger;

import org.jspecify.annotations.NullMarked;
