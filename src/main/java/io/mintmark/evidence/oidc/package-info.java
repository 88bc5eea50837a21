/** Attests the tokens of platforms that publish their keys as OpenID issuers do. */
@NullMarked
package io.mintmark.evidence.oidc;

import org.jspecify.annotations.NullMarked;
