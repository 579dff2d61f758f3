package dev.rollcall.spi;

import static java.util.Objects.requireNonNull;

/**
 * Whose claim is the first in the line. Immutable.
 *
 * @param data what it was claimed with
 * @param token its token, as {@link ClaimListener#held} tells it
 */
public record ClaimHolder(String data, long token) {

    public ClaimHolder {
        requireNonNull(data, "data");
    }
}
