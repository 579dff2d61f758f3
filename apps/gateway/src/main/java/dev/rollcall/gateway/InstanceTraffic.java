package dev.rollcall.gateway;

/**
 * What one instance was given by a gateway since it began to count. Immutable.
 *
 * @param requests tries that were sent to it or begun, WebSockets included
 * @param failures those of them that ended without a response, in the middle of one, or with a status of 500 or more
 * @param inFlight those that have not ended
 */
public record InstanceTraffic(long requests, long failures, int inFlight) {}
