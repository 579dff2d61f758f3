package dev.rollcall.zookeeper;

import dev.rollcall.tck.ClusterElectionConformance;
import dev.rollcall.testing.servers.StoreServers;
import dev.rollcall.testing.servers.ZooKeeperServers;

class ZooKeeperClusterElectionTest extends ClusterElectionConformance {
    @Override
    protected StoreServers startCluster() {
        return ZooKeeperServers.startCluster(3);
    }
}
