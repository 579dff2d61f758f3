package dev.rollcall.consul;

import dev.rollcall.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Which keys below a root of the key/value store have changed, told by one blocking query for all of them. Its answer has all their values, hence the pause between two,
 * which grows with its size. On the serial thread.
 *
 * <p>Design note. What is told comes from each feed's own question all the same: a list leaves out what a token may not read, and can't tell that from its absence.
 */
final class SharedKeys<F extends KeyFeed> extends SharedWatch<F> {
    private static final Duration BETWEEN_ANSWERS = Duration.ofMillis(50);
    private static final int BYTES_PER_MILLI = 10_000;

    private final String root;

    /** @param root what the keys of all feeds begin with, with its last slash */
    SharedKeys(BlockingQuery.Store store, Requests requests, String root) {
        super(store, requests);
        this.root = root;
    }

    @Override
    List<BlockingQuery> queries() {
        return List.of(
                new BlockingQuery(store(), Call.get("/v1/kv/" + Call.path(root), "recurse"), null, new KeysReader()));
    }

    private final class KeysReader implements BlockingQuery.Reader {
        private Map<String, Long> known = Map.of();
        private int bytes;

        @Override
        public boolean isAbsence(Answer answer) {
            return answer.status() == 404;
        }

        @Override
        public void read(Answer answer, long index, boolean afresh, boolean replaced) throws IOException {
            Map<String, Long> before = known;
            Map<String, Long> now = new HashMap<>();
            KvEntries.of(answer, root).forEach((key, value) -> now.put(key, value.revision()));
            Set<String> keys = new HashSet<>(before.keySet());
            keys.addAll(now.keySet());
            keys.removeIf(key -> Objects.equals(before.get(key), now.get(key)));
            known = now;
            bytes = answer.body().length;
            heard(feed -> afresh || replaced || keys.stream().anyMatch(feed::covers));
        }

        @Override
        public void interrupted(StoreException cause) {
            deaf(cause);
        }

        @Override
        public Duration pause() {
            return BETWEEN_ANSWERS.plusMillis(bytes / BYTES_PER_MILLI);
        }
    }
}
