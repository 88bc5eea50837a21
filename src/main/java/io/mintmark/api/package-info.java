/** What every edge shares: the error table, admission and parsed requests. */
@NullMarked
package io.mintmark.api;

import org.jspecify.annotations.NullMarked;
