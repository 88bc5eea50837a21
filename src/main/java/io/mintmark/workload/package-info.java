/** Pure values: who a workload is, what it asks for, why it was refused. Imports no other room. */
@NullMarked
package io.mintmark.workload;

import org.jspecify.annotations.NullMarked;
