package dev.rollcall.bridge;

import java.time.Duration;

/**
 * How long from the moment at which a bridge hears of a change until the target has confirmed it, since the bridge was opened. Immutable.
 *
 * @param changes how many changes were counted
 * @param p50 half of them took no longer; to within a tenth, zero if there were none
 * @param p99 99 of 100 took no longer; likewise
 * @param longest the longest
 */
public record Lag(long changes, Duration p50, Duration p99, Duration longest) {}
