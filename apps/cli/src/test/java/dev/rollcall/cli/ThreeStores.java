package dev.rollcall.cli;

import dev.rollcall.testing.servers.ConsulServers;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.StoreServers;
import dev.rollcall.testing.servers.ZooKeeperServers;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A server of each store, for the tests of one class. */
abstract class ThreeStores {
    static EtcdServers etcd;
    static ZooKeeperServers zooKeeper;
    static ConsulServers consul;

    @BeforeAll
    static void startStores() {
        etcd = EtcdServers.start();
        zooKeeper = ZooKeeperServers.start();
        consul = ConsulServers.start();
    }

    @AfterAll
    static void stopStores() {
        Stream.of(etcd, zooKeeper, consul).forEach(StoreServers::close);
    }

    static Stream<String> registries() {
        return Stream.of(etcd.uri(), zooKeeper.uri(), consul.uri());
    }
}
