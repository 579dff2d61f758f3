package dev.rollcall.zookeeper;

import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/** Takes the answer to a request. */
@FunctionalInterface
interface Reply<T> {

    /**
     * Called once.
     *
     * @param code {@link Code#OK} or what went wrong
     * @param value the answer; null whenever the code isn't OK, and where a request has none
     */
    void accept(Code code, @Nullable T value);
}
