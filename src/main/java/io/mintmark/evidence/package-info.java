/** Evidence as claimed, and the attestor that turns it into an attested workload or a refusal. */
@NullMarked
package io.mintmark.evidence;

import org.jspecify.annotations.NullMarked;
