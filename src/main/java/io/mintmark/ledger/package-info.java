/** The record of every outcome as a Merkle tree log in the public formats. */
@NullMarked
package io.mintmark.ledger;

import org.jspecify.annotations.NullMarked;
