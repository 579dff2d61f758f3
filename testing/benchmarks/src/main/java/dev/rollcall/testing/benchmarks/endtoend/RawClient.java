package dev.rollcall.testing.benchmarks.endtoend;

import java.util.concurrent.CompletableFuture;

/** A store's own client doing no more than it must: the floor. Entries are in the layout that Rollcall reads. */
interface RawClient extends AutoCloseable {
    /** In place of the number of an instance that isn't there any more. */
    int GONE = -1;

    /** Writes an instance that dies with this client; {@code build} is a number in its metadata. */
    CompletableFuture<?> put(String service, String id, int build);

    CompletableFuture<?> delete(String service, String id);

    /** Calls back with the {@code build} of each change of one instance, as soon as its data is here, and with {@link #GONE} when it is removed. */
    AutoCloseable watch(String service, String id, Seen seen);

    /** Reads a whole service, parses each entry's JSON to the end, and returns how many there are. */
    int list(String service);

    /** Removes every entry of a service. */
    void clear(String service);

    @Override
    void close();

    /** Told the number of the change that has arrived. */
    @FunctionalInterface
    interface Seen {
        void build(int number);
    }

    /** The number in {@code "build":"123"}, found without parsing. */
    static int build(byte[] json) {
        byte[] name = {'"', 'b', 'u', 'i', 'l', 'd', '"', ':', '"'};
        for (int i = 0; i + name.length < json.length; i++) {
            if (java.util.Arrays.equals(json, i, i + name.length, name, 0, name.length)) {
                int number = 0;
                for (int at = i + name.length; json[at] != '"'; at++) {
                    number = number * 10 + json[at] - '0';
                }
                return number;
            }
        }
        throw new IllegalStateException("no build in an entry of " + json.length + " bytes");
    }
}
