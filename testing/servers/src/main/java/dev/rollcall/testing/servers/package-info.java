/**
 * Starts real stores (etcd, ZooKeeper, Consul) as processes, for tests, benchmarks and demos: they can be killed, restarted,
 * wiped, paused, and cut off from their clients by a {@link dev.rollcall.testing.servers.TcpProxy}.
 */
@NullMarked
package dev.rollcall.testing.servers;

import org.jspecify.annotations.NullMarked;
