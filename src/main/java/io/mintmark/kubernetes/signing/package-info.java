/**
 * Serves the cluster's own requests for certificates, by the same policy and on the same record as
 * every exchange, and publishes the trust bundle that they are checked by.
 */
@NullMarked
package io.mintmark.kubernetes.signing;

import org.jspecify.annotations.NullMarked;
