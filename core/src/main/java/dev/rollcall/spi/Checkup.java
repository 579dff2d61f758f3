package dev.rollcall.spi;

import java.util.List;
import java.util.Optional;

/**
 * Looks into a store for people who ask what is wrong with it: what only a backend can find out, beside what can be seen by using it.
 * Over connections of its own. Its methods block; each of their requests, of which there is a bounded number, may take the timeout that this was made with,
 * and the first that gets no answer ends the method with a {@link dev.rollcall.StoreException}. Used by one thread.
 */
public interface Checkup extends AutoCloseable {
    /** What the names of everything that is written during a checkup begin with, services and configuration. */
    String NAME_PREFIX = "rollcall-doctor-";

    /**
     * Asks one member who it is, and nobody else.
     *
     * @param host as in {@link StoreUri#hosts()}
     */
    MemberReport member(String host);

    /** What is where the URI points, and what other ecosystems have written to this store, as far as that is certain. Reads a bounded part. */
    List<Finding> contents();

    /** Frees everything, and takes back what the use of the store during this checkup has left behind, such as empty parents of entries. Never throws. */
    @Override
    void close();

    /** One for a store that has nothing to tell. */
    static Checkup none() {
        return new Checkup() {
            @Override
            public MemberReport member(String host) {
                return new MemberReport(Optional.empty(), List.of());
            }

            @Override
            public List<Finding> contents() {
                return List.of();
            }

            @Override
            public void close() {
                // nothing to free
            }
        };
    }
}
