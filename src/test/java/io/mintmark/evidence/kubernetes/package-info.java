@NullMarked
package io.mintmark.evidence.kubernetes;

import org.jspecify.annotations.NullMarked;
