@NullMarked
package io.mintmark.api.grpc;

import org.jspecify.annotations.NullMarked;
