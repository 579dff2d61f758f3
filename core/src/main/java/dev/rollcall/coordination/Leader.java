package dev.rollcall.coordination;

import static java.util.Objects.requireNonNull;

/**
 * Who leads, as others see it. Immutable.
 *
 * @param candidate what it campaigned with
 * @param token its fencing token
 */
public record Leader(String candidate, long token) {

    public Leader {
        requireNonNull(candidate, "candidate");
    }
}
