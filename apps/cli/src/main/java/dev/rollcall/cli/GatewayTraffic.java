package dev.rollcall.cli;

import dev.rollcall.console.Traffic;
import dev.rollcall.gateway.Gateway;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** What a console beside a gateway is told of its traffic. */
final class GatewayTraffic implements Traffic {
    private final Gateway gateway;

    GatewayTraffic(Gateway gateway) {
        this.gateway = gateway;
    }

    @Override
    public Map<String, Long> requests(String service) {
        Map<String, Long> requests = new HashMap<>();
        gateway.traffic()
                .getOrDefault(service, Collections.emptySortedMap())
                .forEach((id, traffic) -> requests.put(id, traffic.requests()));
        return requests;
    }

    @Override
    public Map<String, String> ejected(String service) {
        return gateway.ejected(service);
    }
}
