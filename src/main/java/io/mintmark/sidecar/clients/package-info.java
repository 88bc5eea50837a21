/**
 * Delivery to kubectl, psql and Vault: the credential, and the configuration that they look for.
 */
@NullMarked
package io.mintmark.sidecar.clients;

import org.jspecify.annotations.NullMarked;
