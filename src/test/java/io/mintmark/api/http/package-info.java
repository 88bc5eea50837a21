@NullMarked
package io.mintmark.api.http;

import org.jspecify.annotations.NullMarked;
