/** The ledger's projection in H2 or PostgreSQL. */
@NullMarked
package io.mintmark.storage.jdbc;

import org.jspecify.annotations.NullMarked;
