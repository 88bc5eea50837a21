/** The sidecar: renews one workload's credentials and puts them where programs look for them. */
@NullMarked
package io.mintmark.sidecar;

import org.jspecify.annotations.NullMarked;
