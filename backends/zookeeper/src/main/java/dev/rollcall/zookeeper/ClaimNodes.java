package dev.rollcall.zookeeper;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The names of the nodes in a line: whatever stands before it, a name ends in the ten digits of the sequence by which the line is ordered. Stateless. */
final class ClaimNodes {
    private static final int DIGITS = 10;

    private ClaimNodes() {}

    /** As Curator's recipes name theirs, so that its {@code LeaderSelector} and {@code InterProcessMutex} stand in the same line. */
    static String prefix(String id) {
        return "_c_" + id + "-lock-";
    }

    /** The first in the line. */
    static Optional<String> first(List<String> names) {
        return names.stream().filter(ClaimNodes::isInLine).min(Comparator.comparing(ClaimNodes::sequence));
    }

    /** The one right before this, if there is one. */
    static Optional<String> before(String own, List<String> names) {
        return names.stream()
                .filter(name -> isInLine(name) && sequence(name).compareTo(sequence(own)) < 0)
                .max(Comparator.comparing(ClaimNodes::sequence));
    }

    private static boolean isInLine(String name) {
        return name.length() > DIGITS && sequence(name).chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String sequence(String name) {
        return name.substring(name.length() - DIGITS);
    }
}
