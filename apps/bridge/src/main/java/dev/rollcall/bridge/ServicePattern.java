package dev.rollcall.bridge;

import dev.rollcall.Instance;
import java.util.Optional;

/** A service's name, or what names begin and end with around one {@code *}, which stands for any characters or none. Immutable. */
record ServicePattern(String prefix, Optional<String> suffix) {

    /** @throws IllegalArgumentException if no service can have such a name */
    static ServicePattern parse(String what, String text) {
        int star = text.indexOf('*');
        if (star != text.lastIndexOf('*')) {
            throw new IllegalArgumentException(
                    what + ": \"" + text + "\" has more than one * (expected: a service's name,"
                            + " or a pattern with one *, such as legacy-*)");
        }
        try {
            Instance.requireServiceName(text.equals("*") ? "x" : text.replace("*", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    what + ": \"" + text + "\" can match no service (" + e.getMessage() + ")", e);
        }
        return star < 0
                ? new ServicePattern(text, Optional.empty())
                : new ServicePattern(text.substring(0, star), Optional.of(text.substring(star + 1)));
    }

    /** Whether it is one service's whole name. */
    boolean isExact() {
        return suffix.isEmpty();
    }

    boolean matches(String service) {
        return star(service).isPresent();
    }

    /** What the {@code *} stands for in this name, nothing for a whole name that is equal; empty if it doesn't match. */
    Optional<String> star(String service) {
        if (suffix.isEmpty()) {
            return service.equals(prefix) ? Optional.of("") : Optional.empty();
        }
        String end = suffix.get();
        return service.length() >= prefix.length() + end.length() && service.startsWith(prefix) && service.endsWith(end)
                ? Optional.of(service.substring(prefix.length(), service.length() - end.length()))
                : Optional.empty();
    }

    /** The name in which the {@code *} stands for this; the whole name where there is no {@code *}. */
    String with(String star) {
        return suffix.map(end -> prefix + star + end).orElse(prefix);
    }

    @Override
    public String toString() {
        return with("*");
    }
}
