package dev.rollcall.bridge;

import dev.rollcall.Instance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which of the source's services are meant, and what each is called on the target. Immutable. */
final class ServiceNames {
    private final List<ServicePattern> selected;
    private final List<Rename> renames;

    private record Rename(ServicePattern from, ServicePattern to) {}

    private ServiceNames(List<ServicePattern> selected, List<Rename> renames) {
        this.selected = selected;
        this.renames = renames;
    }

    /** @throws IllegalArgumentException as {@link BridgeOptions.Builder#services} and {@link BridgeOptions.Builder#rename} say */
    static ServiceNames of(List<String> services, List<String> rules) {
        List<Rename> renames = new ArrayList<>();
        Set<String> left = new HashSet<>();
        for (String rule : rules) {
            Rename rename = parse(rule);
            if (!left.add(rename.from().toString())) {
                throw new IllegalArgumentException(
                        "rename: two rules for \"" + rename.from() + "\" (expected: one for each name or pattern)");
            }
            renames.add(rename);
        }
        return new ServiceNames(
                services.stream()
                        .map(text -> ServicePattern.parse("service", text))
                        .toList(),
                List.copyOf(renames));
    }

    private static Rename parse(String rule) {
        int equals = rule.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(
                    "rename: \"" + rule + "\" (expected: old=new, or with a * on both sides, such as legacy-*=*)");
        }
        Rename rename = new Rename(
                ServicePattern.parse("rename", rule.substring(0, equals)),
                ServicePattern.parse("rename", rule.substring(equals + 1)));
        if (rename.from().isExact() && !rename.to().isExact()) {
            throw new IllegalArgumentException(
                    "rename: \"" + rule
                            + "\" has a * on the right alone (expected: old=new, or with a * on both sides, such as legacy-*=*)");
        }
        return rename;
    }

    /** Whether only whole names were given, so that nobody need ask the source what services it has. */
    boolean areListed() {
        return !selected.isEmpty() && selected.stream().allMatch(ServicePattern::isExact);
    }

    /** The names that were given, if {@link #areListed}. */
    List<String> listed() {
        return selected.stream().map(ServicePattern::toString).distinct().toList();
    }

    boolean selects(String service) {
        return selected.isEmpty() || selected.stream().anyMatch(pattern -> pattern.matches(service));
    }

    /** What a service is called on the target: by the first rule that matches, else as on the source; empty if the rule makes no name of it. */
    Optional<String> target(String service) {
        for (Rename rename : renames) {
            Optional<String> star = rename.from().star(service);
            if (star.isPresent()) {
                return star.map(rename.to()::with).filter(ServiceNames::isName);
            }
        }
        return Optional.of(service);
    }

    private static boolean isName(String text) {
        try {
            Instance.requireServiceName(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
