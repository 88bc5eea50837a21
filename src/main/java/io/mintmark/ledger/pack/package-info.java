/** The files that stand for a closed segment: its lines in gzip blocks, and its index of ids. */
@NullMarked
package io.mintmark.ledger.pack;

import org.jspecify.annotations.NullMarked;
