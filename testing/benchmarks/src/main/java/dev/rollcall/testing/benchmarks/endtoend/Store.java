package dev.rollcall.testing.benchmarks.endtoend;

import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.StoreServers;
import dev.rollcall.testing.servers.ZooKeeperServers;

/** A store to measure, as one real server on loopback. */
enum Store {
    ETCD {
        @Override
        StoreServers start() {
            return EtcdServers.start();
        }

        @Override
        RawClient raw(StoreServers servers) {
            return new RawEtcd(servers.endpoints().get(0));
        }
    },
    ZOOKEEPER {
        @Override
        StoreServers start() {
            return ZooKeeperServers.start();
        }

        @Override
        RawClient raw(StoreServers servers) {
            return new RawZooKeeper(servers.endpoints().get(0));
        }
    };

    abstract StoreServers start();

    abstract RawClient raw(StoreServers servers);
}
