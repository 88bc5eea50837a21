@NullMarked
package io.mintmark.ledger;

import org.jspecify.annotations.NullMarked;
