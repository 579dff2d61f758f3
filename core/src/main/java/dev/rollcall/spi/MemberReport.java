package dev.rollcall.spi;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one member of a store told of itself. Immutable.
 *
 * @param clock how its clock compares to ours, if it told the time
 * @param findings what else it told, such as its version and what is known of that
 */
public record MemberReport(Optional<ClockOffset> clock, List<Finding> findings) {

    /**
     * How another machine's clock compares to ours.
     *
     * @param ahead by how much it is ahead of ours; negative if it is behind
     * @param uncertainty how far off {@code ahead} may be at the most: the time under way and the unit in which it was told
     */
    public record ClockOffset(Duration ahead, Duration uncertainty) {
        public ClockOffset {
            requireNonNull(ahead, "ahead");
            requireNonNull(uncertainty, "uncertainty");
        }

        /**
         * Compares a time that was told with the times, by our clock, between which that was.
         *
         * @param told the time that was told, in milliseconds since 1970, rounded down
         * @param unit the unit to which it was rounded
         */
        public static ClockOffset of(long told, Duration unit, long asked, long answered) {
            // the true time lies in [told, told + unit), ours in [asked, answered]
            long most = told + unit.toMillis() - asked;
            long least = told - answered;
            return new ClockOffset(Duration.ofMillis((most + least) / 2), Duration.ofMillis((most - least + 1) / 2));
        }
    }

    public MemberReport {
        requireNonNull(clock, "clock");
        findings = List.copyOf(findings);
    }
}
