/** OAuth, discovery, key and JSON endpoints over HTTP. */
@NullMarked
package io.mintmark.api.oauth;

import org.jspecify.annotations.NullMarked;
