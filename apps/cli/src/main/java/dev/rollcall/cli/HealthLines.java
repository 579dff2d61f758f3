package dev.rollcall.cli;

import dev.rollcall.health.HealthReport;
import dev.rollcall.health.HealthReport.State;
import java.util.function.Consumer;

/** Tells the verdicts on a registration's health in words, each when it changes. Used by one thread at a time. */
final class HealthLines implements Consumer<HealthReport> {
    private final Consumer<String> lines;
    private State told = State.UNKNOWN;

    HealthLines(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public void accept(HealthReport report) {
        if (report.state() == told) {
            return;
        }
        told = report.state();
        String why = report.last() == null ? "" : ": " + report.last().detail();
        lines.accept(Style.oneLine((report.passing() ? "healthy, in service" : "unhealthy, out of service") + why));
    }
}
