/** Rollcall on an etcd cluster, over grpc-java stubs of etcd's own protocol. */
@NullMarked
package dev.rollcall.etcd;

import org.jspecify.annotations.NullMarked;
