@NullMarked
package io.mintmark.kubernetes.injector;

import org.jspecify.annotations.NullMarked;
