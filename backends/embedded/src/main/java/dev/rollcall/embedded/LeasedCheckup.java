package dev.rollcall.embedded;

import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.Finding;
import dev.rollcall.spi.MemberReport;
import dev.rollcall.spi.StoreUri;
import java.util.List;

/** Looks into the server inside this process, and gives it back afterwards. Its one member is known by no name of the URI's. */
final class LeasedCheckup implements Checkup {
    private final Checkup zooKeeper;
    private final String endpoint;
    private final SharedRegistries.Lease lease;

    LeasedCheckup(Checkup zooKeeper, StoreUri own, SharedRegistries.Lease lease) {
        this.zooKeeper = zooKeeper;
        this.endpoint = own.hosts().get(0);
        this.lease = lease;
    }

    @Override
    public MemberReport member(String host) {
        return zooKeeper.member(endpoint);
    }

    @Override
    public List<Finding> contents() {
        return zooKeeper.contents();
    }

    @Override
    public void close() {
        try {
            zooKeeper.close();
        } finally {
            lease.close();
        }
    }
}
