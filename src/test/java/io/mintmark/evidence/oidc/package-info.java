@NullMarked
package io.mintmark.evidence.oidc;

import org.jspecify.annotations.NullMarked;
