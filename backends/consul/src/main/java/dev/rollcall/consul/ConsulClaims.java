package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.Claim;
import dev.rollcall.spi.ClaimListener;
import dev.rollcall.spi.ClaimSink;
import dev.rollcall.spi.ClaimStore;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The keys that are locked, {@code {prefix}claims/{name}} or, without a prefix, {@code rollcall-claims/{name}}. Safe for use by many threads. */
final class ConsulClaims implements ClaimStore {
    private final String root;
    private final ConsulClaim.Tools tools;
    private final Set<ConsulClaim> open;

    /** @param open where the tools say which have ended */
    ConsulClaims(String root, ConsulClaim.Tools tools, Set<ConsulClaim> open) {
        this.root = root;
        this.tools = tools;
        this.open = open;
    }

    static Set<ConsulClaim> none() {
        return new LinkedHashSet<>();
    }

    @Override
    public Claim claim(String name, String data, ClaimListener listener) {
        ConsulClaim claim = new ConsulClaim(tools, root + name, data, listener);
        tools.serial().execute(() -> {
            open.add(claim);
            claim.begin();
        });
        return claim;
    }

    @Override
    public Backend.Watch watch(String name, ClaimSink sink) {
        return tools.follow().apply(root + name, new ClaimFeed.Listener() {
            @Override
            public void state(ClaimRequests.State state, long index) {
                sink.holder(state.isLocked() ? Optional.of(state.holder()) : Optional.empty(), index);
            }

            @Override
            public void interrupted(StoreException cause) {
                sink.interrupted(cause);
            }
        });
    }

    /** On the serial thread. */
    void close() {
        List.copyOf(open).forEach(ConsulClaim::end);
    }
}
