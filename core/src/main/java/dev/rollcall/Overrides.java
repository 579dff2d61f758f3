package dev.rollcall;

import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * What operators ask of single instances: to drain, to be out of service, to weigh more or less. An override is written beside the
 * configuration, at {@code rollcall/overrides/{service}/{id}}, as an instance's own entry is its owner's alone to write; its owner follows it and
 * publishes the instance accordingly, so that every consumer sees it, of whatever kind. An owner that isn't Rollcall, or was told not to follow
 * overrides ({@code ?overrides=ignore}), doesn't hear it: {@link InstanceOverride#isSeenIn} tells. Safe for use by many threads; lives as long as
 * its {@link Rollcall}.
 *
 * <p>Whoever may write configuration there can take instances out of service. An override always ends, after 30 days at the latest; until
 * then it also holds for another process that registers the same service and id, such as the same one after a restart.
 *
 * <p>Futures are as those of {@link dev.rollcall.config.Config}. Every method throws {@link IllegalStateException} once the client is closed.
 */
public interface Overrides {

    /**
     * Asks something of an instance, in place of whatever was asked of it before. The instance need not be registered.
     *
     * @return what is written now. That says nothing of whether the owner follows
     * @throws IllegalArgumentException if service or id can't be an instance's, or are longer than 492 characters together, which no key is
     */
    CompletableFuture<InstanceOverride> set(String service, String id, OverrideRequest request);

    /**
     * Asks no more: the instance is again as its owner says.
     *
     * @return whether anything was asked
     */
    CompletableFuture<Boolean> clear(String service, String id);

    /**
     * What is asked now, by {@code service/id}, in the order of these names. What is over may be among them until somebody asks for something
     * else ({@link InstanceOverride#isInForce}). One that can't be read is left out, or stays as it was, and makes the reading stale with a cause that
     * names it; it holds back no other.
     */
    Live<SortedMap<String, InstanceOverride>> follow();
}
