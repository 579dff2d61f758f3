package dev.rollcall.memory;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Change;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.PublicationListener;
import dev.rollcall.spi.ServiceSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Writes down in short what a backend reports. */
final class RecordingSink implements InstanceSink, ServiceSink, PublicationListener {
    private final List<String> reports = new ArrayList<>();

    /** The reports since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(reports);
        reports.clear();
        return taken;
    }

    @Override
    public void snapshot(List<Instance> instances, long revision) {
        reports.add("snapshot "
                + instances.stream().map(RecordingSink::show).sorted().toList() + " at " + revision);
    }

    @Override
    public void changed(List<Change> changes, long revision) {
        reports.add("changed " + changes.stream().map(RecordingSink::show).toList() + " at " + revision);
    }

    @Override
    public void services(Set<String> names, long revision) {
        reports.add("services " + new TreeSet<>(names) + " at " + revision);
    }

    @Override
    public void interrupted(StoreException cause) {
        reports.add("interrupted " + cause.kind());
    }

    @Override
    public void resumed() {
        reports.add("resumed");
    }

    @Override
    public void undecodable(String key, String reason) {
        reports.add("undecodable " + key);
    }

    @Override
    public void lost(StoreException cause) {
        reports.add("lost " + cause.kind());
    }

    @Override
    public void displaced(StoreException cause) {
        reports.add("displaced " + cause.kind());
    }

    private static String show(Instance instance) {
        return instance.id() + "=" + instance.weight();
    }

    private static String show(Change change) {
        if (change instanceof Change.Put put) {
            return show(put.instance());
        }
        return "-" + change.id()
                + (change instanceof Change.Removed removed && removed.onPurpose() ? " on purpose" : "");
    }
}
