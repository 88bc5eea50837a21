/** The one use case: attest, decide, mint, record. */
@NullMarked
package io.mintmark.exchange;

import org.jspecify.annotations.NullMarked;
