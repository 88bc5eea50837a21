/**
 * Policy documents that are custom resources: watched beside the folder, held to their namespace,
 * compiled with it, told of by their status and checked when they are applied.
 */
@NullMarked
package io.mintmark.kubernetes.policy;

import org.jspecify.annotations.NullMarked;
