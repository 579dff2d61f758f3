package dev.rollcall.testing.benchmarks.endtoend;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Runs the end-to-end measurements: {@code EndToEnd [etcd|zookeeper|consul]… [propagation|registrations|first-view|footprint|recovery|bridge]…}, by default all
 * of them on all stores. Each prints one line a figure, with the raw client's beside it.
 */
public final class EndToEnd {
    private static final List<String> MEASUREMENTS =
            List.of("propagation", "registrations", "first-view", "footprint", "recovery", "bridge");

    private EndToEnd() {}

    public static void main(String[] args) throws Exception {
        List<String> words = Arrays.asList(args);
        List<Store> stores = Arrays.stream(Store.values())
                .filter(store -> words.contains(store.name().toLowerCase(Locale.ROOT)))
                .toList();
        List<String> wanted = MEASUREMENTS.stream().filter(words::contains).toList();
        if (words.size() != stores.size() + wanted.size()) {
            System.err.println("words: " + words + " (expected: etcd, zookeeper, consul, "
                    + String.join(", ", MEASUREMENTS) + ")");
            System.exit(2);
        }
        for (String measurement : wanted.isEmpty() ? MEASUREMENTS : wanted) {
            for (Store store : stores.isEmpty() ? List.of(Store.values()) : stores) {
                switch (measurement) {
                    case "propagation" -> Propagation.measure(store);
                    case "registrations" -> RegistrationRate.measure(store);
                    case "first-view" -> FirstView.measure(store);
                    case "footprint" -> Footprint.measure(store);
                    case "bridge" -> Bridging.measure(store);
                    default -> Recovery.measure(store);
                }
            }
        }
        System.exit(0);
    }
}
