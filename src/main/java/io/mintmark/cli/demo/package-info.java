/** The demonstration: acts as workloads, resource server and auditor against a broker. */
@NullMarked
package io.mintmark.cli.demo;

import org.jspecify.annotations.NullMarked;
