/** The walls of a single module, held by tests: who may import whom, who may construct a proof. */
@NullMarked
package io.mintmark.house;

import org.jspecify.annotations.NullMarked;
