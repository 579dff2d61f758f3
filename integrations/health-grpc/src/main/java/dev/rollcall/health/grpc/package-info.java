/** Health and identity checks by the gRPC health protocol, apart from the core because they need grpc-java. */
@NullMarked
package dev.rollcall.health.grpc;

import org.jspecify.annotations.NullMarked;
