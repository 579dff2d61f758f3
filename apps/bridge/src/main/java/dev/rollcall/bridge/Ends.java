package dev.rollcall.bridge;

import dev.rollcall.LossProtection;
import dev.rollcall.Rollcall;
import dev.rollcall.spi.EventLoop;
import java.util.concurrent.CompletableFuture;

/**
 * The clients at both ends, and the thread that thinks about what they say.
 *
 * @param loop closed last
 */
record Ends(Rollcall source, Rollcall target, EventLoop loop) {
    /**
     * Connects to both.
     *
     * @param sourceProtection what happens when many of the source's instances vanish at once
     */
    static Ends connect(BridgeOptions options, LossProtection sourceProtection) {
        Rollcall source = Rollcall.builder(options.from())
                .name("rollcall-bridge-source")
                .requestTimeout(options.requestTimeout())
                .lossProtection(sourceProtection)
                .closeOnShutdown(false)
                .connect();
        try {
            Rollcall.Builder target = Rollcall.builder(options.to())
                    .name("rollcall-bridge-target")
                    .requestTimeout(options.requestTimeout())
                    // Whether an id is taken is a question to the store, not to a memory of it.
                    .lossProtection(LossProtection.off())
                    .closeOnShutdown(false);
            return new Ends(source, target.ttl(options.ttl()).connect(), EventLoop.onThread("rollcall-bridge"));
        } catch (RuntimeException e) {
            var unused = source.closeAsync();
            throw e;
        }
    }

    /** A client of the target whose lease ends before that of the mirrors; see {@link Leadership}. */
    static Rollcall connectForElection(BridgeOptions options) {
        return Rollcall.builder(options.to())
                .name("rollcall-bridge-election")
                .requestTimeout(options.requestTimeout())
                .ttl(options.leadershipTtl())
                .closeOnShutdown(false)
                .connect();
    }

    /** Disconnects, which removes what is registered; completes when that is done. */
    CompletableFuture<Void> disconnect() {
        return CompletableFuture.allOf(target.closeAsync(), source.closeAsync());
    }
}
