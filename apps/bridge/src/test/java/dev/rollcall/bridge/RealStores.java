package dev.rollcall.bridge;

import dev.rollcall.testing.servers.ConsulServers;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.StoreServers;
import dev.rollcall.testing.servers.ZooKeeperServers;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** One real server of each store, for the tests of a class. */
abstract class RealStores {
    static EtcdServers etcd;
    static ZooKeeperServers zooKeeper;
    static ConsulServers consul;

    @BeforeAll
    static void startStores() {
        etcd = EtcdServers.start();
        zooKeeper = ZooKeeperServers.start();
        consul = ConsulServers.builder().inMemory().start();
    }

    @AfterAll
    static void stopStores() {
        Stream.of(etcd, zooKeeper, consul).forEach(StoreServers::close);
    }
}
