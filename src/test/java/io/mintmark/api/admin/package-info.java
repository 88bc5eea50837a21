@NullMarked
package io.mintmark.api.admin;

import org.jspecify.annotations.NullMarked;
