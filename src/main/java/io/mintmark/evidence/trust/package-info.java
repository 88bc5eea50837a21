/**
 * Compiles TrustDomain and Issuer documents to the trust of one moment, and attests evidence
 * against it.
 */
@NullMarked
package io.mintmark.evidence.trust;

import org.jspecify.annotations.NullMarked;
