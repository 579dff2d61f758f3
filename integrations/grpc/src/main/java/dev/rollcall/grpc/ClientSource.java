package dev.rollcall.grpc;

import dev.rollcall.Rollcall;
import java.util.function.Supplier;

/**
 * Where a channel's client comes from.
 *
 * @param name the registry, for messages; without secrets
 * @param owned whether the client is the channel's own, to be closed with it
 */
record ClientSource(String name, boolean owned, Supplier<Rollcall> client) {

    static ClientSource shared(Rollcall rollcall) {
        return new ClientSource(rollcall.toString(), false, () -> rollcall);
    }

    static ClientSource owned(String name, String uri) {
        // It registers nothing, so there is nothing to remove when the JVM ends.
        return new ClientSource(
                name,
                true,
                () -> Rollcall.builder(uri)
                        .name("rollcall-grpc")
                        .closeOnShutdown(false)
                        .connect());
    }
}
