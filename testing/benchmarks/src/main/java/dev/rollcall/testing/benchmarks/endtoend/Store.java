package dev.rollcall.testing.benchmarks.endtoend;

import dev.rollcall.testing.servers.ConsulServers;
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
    },
    /** An agent syncs its disk for each registration, so there are fewer. */
    CONSUL(10_000, 500) {
        @Override
        StoreServers start() {
            return ConsulServers.start();
        }

        @Override
        RawClient raw(StoreServers servers) {
            return new RawConsul(servers.endpoints().get(0));
        }
    };

    /** How many instances one service has when views of it are measured. */
    final int instances;
    /** How many instances one process registers. */
    final int registrations;

    Store() {
        this(100_000, 10_000);
    }

    Store(int instances, int registrations) {
        this.instances = instances;
        this.registrations = registrations;
    }

    abstract StoreServers start();

    abstract RawClient raw(StoreServers servers);
}
