package dev.rollcall.spi;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What the core lends to a backend.
 *
 * @param clientName for log lines and thread names
 * @param loop time and serial execution. A backend may run short tasks and timers on it, never anything that blocks. The backend
 *     doesn't close it
 * @param random for jitter; to be used on the loop only
 * @param backoff the pauses between a backend's own tries to reach its store
 * @param ttl how long an entry outlives its process: the lease's or session's length
 * @param requestTimeout the deadline of each request; nothing in a backend waits longer for an answer
 */
public record BackendContext(
        String clientName,
        EventLoop loop,
        RandomGenerator random,
        Backoff backoff,
        Duration ttl,
        Duration requestTimeout) {}
