package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.Snapshot;
import dev.rollcall.Status;

/**
 * A service in a list of services.
 *
 * @param instances how many it has, whatever their status
 * @param up how many of them want traffic
 */
record ServiceCount(String service, int instances, int up) {

    static ServiceCount of(Snapshot snapshot) {
        int up = 0;
        for (Instance instance : snapshot.instances()) {
            up += instance.status() == Status.UP ? 1 : 0;
        }
        return new ServiceCount(snapshot.service(), snapshot.instances().size(), up);
    }
}
