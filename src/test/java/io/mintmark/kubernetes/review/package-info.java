@NullMarked
package io.mintmark.kubernetes.review;

import org.jspecify.annotations.NullMarked;
