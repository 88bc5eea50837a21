/**
 * What the broker does for and with a Kubernetes cluster: its API's client, policy documents that
 * are custom resources, and what controllers and webhooks need. Nothing of it is loaded where no
 * setting asks for it.
 */
@NullMarked
package io.mintmark.kubernetes;

import org.jspecify.annotations.NullMarked;
