package dev.rollcall.zookeeper;

import dev.rollcall.spi.Backend;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.data.ACL;

/**
 * The configuration in a ZooKeeper ensemble: persistent nodes with data, below one node. A key's revision is its node's mzxid. Of earlier versions nothing
 * is known. Safe for use by many threads.
 */
final class ZooKeeperConfig implements ConfigStore {
    private final TreeWatches trees;
    private final List<ACL> acl;

    ZooKeeperConfig(TreeWatches trees, List<ACL> acl) {
        this.trees = trees;
        this.acl = acl;
    }

    @Override
    public Backend.Watch watch(ConfigRange range, ConfigSink sink) {
        ConfigWatch watch = new ConfigWatch(range, sink, trees);
        trees.add(watch);
        return watch;
    }

    @Override
    public CompletionStage<Long> write(String key, byte[] value, long expectedRevision) {
        return new WriteConfig(key, value, expectedRevision, trees, acl).begin();
    }

    @Override
    public CompletionStage<Boolean> delete(String key, long expectedRevision) {
        return new DeleteConfig(key, expectedRevision, trees).begin();
    }
}
