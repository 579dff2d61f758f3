package dev.rollcall.gateway;

import java.time.Duration;

/**
 * How requests on one route are treated. Immutable.
 *
 * @param tryTimeout how long one try may take until its response begins
 * @param attempts how many tries there may be in all, the first included
 */
record Policy(Duration tryTimeout, int attempts, Balancing balancing) {}
