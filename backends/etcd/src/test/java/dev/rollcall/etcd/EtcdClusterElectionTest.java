package dev.rollcall.etcd;

import dev.rollcall.tck.ClusterElectionConformance;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.StoreServers;

class EtcdClusterElectionTest extends ClusterElectionConformance {
    @Override
    protected StoreServers startCluster() {
        return EtcdServers.startCluster(3);
    }
}
