package dev.rollcall.balance;

/** What a balancer can ask to have measured. What nobody asks for costs nothing. */
public enum Statistic {
    /** How many picks of each instance are open, and what share of its calls failed of late. */
    IN_FLIGHT,
    /** How many picks are open in all. */
    TOTAL_IN_FLIGHT,
    /**
     * How long calls to each instance take, and what share of them failed of late: reads the clock at pick and report.
     * Where picks of one thread follow each other within 50 µs, one in sixteen is timed.
     */
    LATENCY,
    /** How long ago each instance came up. */
    AGE,
    /** How each instance's calls went, for {@link LoadBalancer#ejectOutliers}. */
    OUTCOMES
}
