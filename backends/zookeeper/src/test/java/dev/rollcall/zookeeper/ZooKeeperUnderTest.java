package dev.rollcall.zookeeper;

import dev.rollcall.tck.StoreUnderTest;
import dev.rollcall.testing.servers.TcpProxy;
import dev.rollcall.testing.servers.ZooKeeperServers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.CreateMode;

/** A ZooKeeper server, or an ensemble, behind links that can be cut. */
final class ZooKeeperUnderTest implements StoreUnderTest {
    private final ZooKeeperServers servers;
    private final List<TcpProxy> links;
    private final Admin admin;
    private final String parameters;
    private int part;

    ZooKeeperUnderTest(int nodes) {
        this(nodes, "");
    }

    /** @param parameters of the URI: empty, or from the question mark on; the services must be where Curator's layout has them */
    ZooKeeperUnderTest(int nodes, String parameters) {
        this.parameters = parameters;
        servers = ZooKeeperServers.builder()
                .nodes(nodes)
                // often, so that services' nodes go whenever they can
                .javaOption("-Dznode.container.checkIntervalMs=300")
                .start();
        links = TcpProxy.inFrontOf(servers);
        admin = new Admin(servers);
    }

    ZooKeeperServers servers() {
        return servers;
    }

    List<TcpProxy> links() {
        return links;
    }

    Admin admin() {
        return admin;
    }

    /** The node under which the services of this part of the store are. */
    String root() {
        return "/part-" + part + "/services";
    }

    @Override
    public String uri() {
        return servers.uri(links.stream().map(TcpProxy::endpoint).toList()) + "/part-" + part + parameters;
    }

    @Override
    public String directUri() {
        return servers.uri() + "/part-" + part + parameters;
    }

    @Override
    public void isolate() {
        part++;
    }

    @Override
    public void cut() {
        links.forEach(TcpProxy::cut);
    }

    @Override
    public void freeze() {
        links.forEach(TcpProxy::freeze);
    }

    @Override
    public void heal() {
        links.forEach(TcpProxy::heal);
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
        admin.close();
        servers.wipe();
    }

    @Override
    public void expireLeases() {
        admin.expireSessions();
    }

    @Override
    public void delete(String service, String id) {
        admin.delete(root() + "/" + service + "/" + id);
    }

    @Override
    public void putGarbage(String service, String id) {
        admin.write(
                root() + "/" + service + "/" + id,
                "{\"neither\":\"an instance\"".getBytes(StandardCharsets.UTF_8),
                CreateMode.PERSISTENT);
    }

    @Override
    public void putConfig(String key, byte[] value) {
        admin.write("/part-" + part + "/config/" + key, value, CreateMode.PERSISTENT);
    }

    @Override
    public Set<String> ids(String service) {
        return admin.children(root() + "/" + service);
    }

    @Override
    public void close() {
        admin.close();
        links.forEach(TcpProxy::close);
        servers.close();
    }
}
