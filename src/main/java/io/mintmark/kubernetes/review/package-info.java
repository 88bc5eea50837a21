/**
 * Asks API servers about the tokens that they signed, and what else they know of pods and nodes.
 */
@NullMarked
package io.mintmark.kubernetes.review;

import org.jspecify.annotations.NullMarked;
