@NullMarked
package io.mintmark.ledger.tree;

import org.jspecify.annotations.NullMarked;
