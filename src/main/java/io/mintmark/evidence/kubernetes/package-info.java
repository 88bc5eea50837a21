/** Attests projected Kubernetes service account tokens offline. */
@NullMarked
package io.mintmark.evidence.kubernetes;

import org.jspecify.annotations.NullMarked;
