@NullMarked
package io.mintmark.evidence.trust;

import org.jspecify.annotations.NullMarked;
