@NullMarked
package io.mintmark.api.oauth;

import org.jspecify.annotations.NullMarked;
