package dev.rollcall.tck;

/**
 * How much the tests of the guarantees G9 (bounded) and G10 (no leaks) do. Immutable.
 *
 * @param services how many services are watched at once
 * @param instances how many instances one client registers
 * @param listeners how many listeners are stuck at once
 * @param clientCycles how often a client is opened and closed
 * @param viewCycles how often a view and a registration are opened and closed
 */
public record Scale(int services, int instances, int listeners, int clientCycles, int viewCycles) {
    /** A few seconds. */
    public static final Scale QUICK = new Scale(200, 300, 100, 20, 300);

    /** What the guarantees are stated for: minutes. */
    public static final Scale FULL = new Scale(1_000, 10_000, 100, 1_000, 10_000);

    /** {@link #FULL} where the JVM runs with {@code -Drollcall.tck.scale=full}, else {@link #QUICK}. */
    public static Scale chosen() {
        return System.getProperty("rollcall.tck.scale", "quick").equals("full") ? FULL : QUICK;
    }
}
