package dev.rollcall.consul;

import dev.rollcall.tck.StoreUnderTest;
import dev.rollcall.testing.servers.ConsulServers;
import dev.rollcall.testing.servers.TcpProxy;
import java.util.List;
import java.util.Set;

/** A real agent as the conformance kit handles it: each test has a prefix of its own. */
final class ConsulUnderTest implements StoreUnderTest {
    private final ConsulServers servers = ConsulServers.builder().inMemory().start();
    private final TcpProxy link = TcpProxy.to(servers.endpoints().get(0));
    private final ConsulApi api = new ConsulApi(servers.endpoints().get(0));
    private final CatalogLayout layout;
    private final String parameters;
    private int tests;

    ConsulUnderTest() {
        this(new NativeLayout(), "");
    }

    /** @param parameters more of the URI's, each after an ampersand */
    ConsulUnderTest(CatalogLayout layout, String parameters) {
        this.layout = layout;
        this.parameters = "&layout=" + layout.name() + parameters;
    }

    ConsulApi api() {
        return api;
    }

    private String prefix() {
        return "t" + tests + "-";
    }

    private String configRoot() {
        return "config-" + tests;
    }

    private String uri(String endpoint) {
        return servers.uri(List.of(endpoint)) + "/?prefix=" + prefix() + "&configRoot=" + configRoot() + parameters;
    }

    @Override
    public String uri() {
        return uri(link.endpoint());
    }

    @Override
    public String directUri() {
        return uri(servers.endpoints().get(0));
    }

    @Override
    public void isolate() {
        tests++;
        api.deregisterAll();
    }

    @Override
    public void cut() {
        link.cut();
    }

    @Override
    public void freeze() {
        link.freeze();
    }

    @Override
    public void heal() {
        link.heal();
    }

    @Override
    public void kill() {
        servers.kill();
    }

    @Override
    public void restart() {
        servers.restart();
    }

    @Override
    public void wipe() {
        servers.wipe();
    }

    @Override
    public void expireLeases() {
        api.failHeartbeats();
        api.endSessions();
    }

    @Override
    public void delete(String service, String id) {
        api.deregister(layout.serviceId(prefix() + service, id));
    }

    @Override
    public void putGarbage(String service, String id) {
        api.put("/v1/agent/service/register", """
                {"ID":"%s","Name":"%s","Port":80,"Meta":{"rollcall-check":"x","rollcall-id":"%s","rollcall-endpoints":"?"}}""".formatted(
                        layout.serviceId(prefix() + service, id), layout.serviceName(prefix() + service), id));
    }

    @Override
    public void putConfig(String key, byte[] value) {
        api.put("/v1/kv/" + Call.path(configRoot() + "/" + key), value);
    }

    @Override
    public Set<String> ids(String service) {
        return api.living(layout.serviceName(prefix() + service));
    }

    @Override
    public void close() {
        link.close();
        servers.close();
    }
}
