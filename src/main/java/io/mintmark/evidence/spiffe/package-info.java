/** Attests JWT-SVIDs and X.509-SVIDs; keeps the bundle of each trust domain. */
@NullMarked
package io.mintmark.evidence.spiffe;

import org.jspecify.annotations.NullMarked;
