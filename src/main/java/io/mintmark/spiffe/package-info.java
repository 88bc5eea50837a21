/** SVIDs and trust bundles: codecs and validation per the SPIFFE specifications. */
@NullMarked
package io.mintmark.spiffe;

import org.jspecify.annotations.NullMarked;
