package dev.rollcall.consul;

/**
 * What the states of checks mean for instances. Immutable.
 *
 * @param warningServes whether an instance with a warning check is up rather than out of service
 * @param criticalIsGone whether an instance with a critical check is gone rather than out of service
 */
record HealthRules(boolean warningServes, boolean criticalIsGone) {}
