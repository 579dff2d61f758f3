package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.Claim;
import dev.rollcall.spi.ClaimListener;
import dev.rollcall.spi.ClaimSink;
import dev.rollcall.spi.ClaimStore;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The lines in an etcd cluster: {@code {root}-claims/{name}/{lease in hex}}. Safe for use by many threads; what is open is the serial thread's.
 */
final class EtcdClaims implements ClaimStore {
    private final String root;
    private final EtcdClaim.Tools tools;
    private final RangeFeed.Store feeds;
    private final Function<RangeFeed, Backend.Watch> follow;
    private final Supplier<ByteString> fences;
    private final Set<EtcdClaim> open;

    /**
     * No claims yet.
     *
     * @param root what all keys of claims begin with, without slashes at its ends
     * @param follow begins a feed
     * @param fences makes a key for each claim, which no other has
     * @param open where the tools say which have ended
     */
    EtcdClaims(
            String root,
            EtcdClaim.Tools tools,
            RangeFeed.Store feeds,
            Function<RangeFeed, Backend.Watch> follow,
            Supplier<ByteString> fences,
            Set<EtcdClaim> open) {
        this.root = root;
        this.tools = tools;
        this.feeds = feeds;
        this.follow = follow;
        this.fences = fences;
        this.open = open;
    }

    static Set<EtcdClaim> none() {
        return new LinkedHashSet<>();
    }

    @Override
    public Claim claim(String name, String data, ClaimListener listener) {
        EtcdClaim claim = new EtcdClaim(tools, line(name), fences.get(), data, listener);
        tools.serial().execute(() -> {
            open.add(claim);
            claim.begin();
        });
        return claim;
    }

    @Override
    public Backend.Watch watch(String name, ClaimSink sink) {
        return follow.apply(new ClaimFeed(feeds, line(name), sink));
    }

    private ByteString line(String name) {
        return ByteString.copyFromUtf8(root + "/" + name + "/");
    }

    void up(boolean sameStore) {
        List.copyOf(open).forEach(claim -> claim.up(sameStore));
    }

    void down(StoreException cause) {
        List.copyOf(open).forEach(claim -> claim.down(cause));
    }

    void leaseLost(long lease, StoreException cause) {
        List.copyOf(open).forEach(claim -> claim.leaseLost(lease, cause));
    }

    void close() {
        List.copyOf(open).forEach(EtcdClaim::abandon);
    }
}
