@NullMarked
package io.mintmark.evidence.spiffe;

import org.jspecify.annotations.NullMarked;
