@NullMarked
package io.mintmark.ledger.pack;

import org.jspecify.annotations.NullMarked;
