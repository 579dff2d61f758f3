package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.coordination.Candidacy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks at candidates again and again: no two may lead at a time, and each term's token must be above those before. */
final class Terms {
    private final List<Candidacy> candidates;
    private final Map<Long, Candidacy> known = new HashMap<>();
    private long latest;

    Terms(List<Candidacy> candidates) {
        this.candidates = candidates;
    }

    /** Looks once; whether somebody leads. */
    boolean look() {
        // The second look is at the ones that led at the first: both true means at the same time, as a term doesn't
        // come back after another's.
        List<Candidacy> leading =
                candidates.stream().filter(Candidacy::isLeading).toList();
        assertThat(leading.stream().filter(Candidacy::isLeading))
                .as("leaders at a time")
                .hasSizeLessThan(2);
        for (Candidacy leader : leading) {
            leader.token().ifPresent(token -> see(token, leader));
        }
        return !leading.isEmpty();
    }

    private void see(long token, Candidacy leader) {
        Candidacy before = known.putIfAbsent(token, leader);
        if (before == null) {
            assertThat(token).as("the token of a new term").isGreaterThan(latest);
            latest = token;
        } else {
            assertThat(before).as("whose token %d is", token).isSameAs(leader);
        }
    }

    /** Looks, and whether this one leads. */
    boolean isLeading(Candidacy candidate) {
        look();
        return candidate.isLeading();
    }

    /** The highest token so far. */
    long latest() {
        return latest;
    }
}
