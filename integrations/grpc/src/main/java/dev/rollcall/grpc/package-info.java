/**
 * Rollcall in grpc-java: services as targets ({@code rollcall:///orders}), balancers as load balancing policies, and
 * servers that register themselves. Start at {@link dev.rollcall.grpc.RollcallGrpc} and
 * {@link dev.rollcall.grpc.RollcallGrpcServer}.
 */
@NullMarked
package dev.rollcall.grpc;

import org.jspecify.annotations.NullMarked;
