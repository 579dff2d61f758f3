/** Whole gRPC calls: through Rollcall's resolver and policies, and through grpc-java's own. */
@NullMarked
package dev.rollcall.testing.benchmarks.grpc;

import org.jspecify.annotations.NullMarked;
