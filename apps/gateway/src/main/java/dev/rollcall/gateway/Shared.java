package dev.rollcall.gateway;

/** What all event loops of a gateway have in common. Safe for use by many threads. */
record Shared(
        Services services, LiveRoutes routes, TrafficCounters counters, GatewayMetrics metrics, AccessLog accessLog) {}
