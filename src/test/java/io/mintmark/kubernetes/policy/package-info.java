@NullMarked
package io.mintmark.kubernetes.policy;

import org.jspecify.annotations.NullMarked;
