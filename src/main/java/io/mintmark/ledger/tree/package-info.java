/**
 * The Merkle tree and the notes of a transparency log: RFC 6962 hashing, C2SP signed notes,
 * checkpoints and inclusion proofs. Pure values, no files.
 */
@NullMarked
package io.mintmark.ledger.tree;

import org.jspecify.annotations.NullMarked;
