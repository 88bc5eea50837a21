/**
 * The main class, configuration, wiring and startup checks. Imports every room; no room imports it.
 */
@NullMarked
package io.mintmark;

import org.jspecify.annotations.NullMarked;
