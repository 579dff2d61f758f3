package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.tck.StoreUnderTest;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.TcpProxy;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A real etcd of one node for the conformance kit, with its own client, etcdctl. */
final class EtcdUnderTest implements StoreUnderTest {
    private static final Pattern REVISION = Pattern.compile("\"revision\":([0-9]+)");

    private final EtcdServers servers = EtcdServers.start();
    private final TcpProxy proxy = TcpProxy.to(servers.endpoints().get(0));
    private final String layout;
    private int isolated;

    EtcdUnderTest() {
        this("native");
    }

    /** @param layout one whose keys are {@code {root}/{service}/{id}} */
    EtcdUnderTest(String layout) {
        this.layout = layout;
    }

    private String root() {
        return "tck-" + isolated;
    }

    private String configRoot() {
        return "tck-config-" + isolated;
    }

    @Override
    public String uri() {
        return servers.uri(List.of(proxy.endpoint())) + parameters();
    }

    @Override
    public String directUri() {
        return servers.uri() + parameters();
    }

    private String parameters() {
        return "/?root=" + root() + "&configRoot=" + configRoot() + "&layout=" + layout;
    }

    @Override
    public void isolate() {
        isolated++;
    }

    @Override
    public void cut() {
        proxy.cut();
    }

    @Override
    public void freeze() {
        proxy.freeze();
    }

    @Override
    public void heal() {
        proxy.heal();
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
        expireLeases(servers);
    }

    /** Revokes all leases there are. */
    static void expireLeases(EtcdServers servers) {
        for (String line : servers.etcdctl("lease", "list").lines().toList()) {
            if (line.matches("[0-9a-f]{10,}")) {
                servers.etcdctl("lease", "revoke", line);
            }
        }
    }

    @Override
    public void compact() {
        compact(servers);
    }

    /** Throws away all history up to now. */
    static void compact(EtcdServers servers) {
        Matcher revision = REVISION.matcher(servers.etcdctl("get", "any", "-w", "json"));
        if (!revision.find()) {
            throw new IllegalStateException("etcdctl prints no revision");
        }
        servers.etcdctl("compact", revision.group(1));
    }

    @Override
    public void delete(String service, String id) {
        servers.etcdctl("del", key(service, id));
    }

    @Override
    public void putGarbage(String service, String id) {
        servers.etcdctl("put", key(service, id), "10.0.0.1:80, and not JSON");
    }

    @Override
    public void putConfig(String key, byte[] value) {
        try (DirectEtcd etcd = new DirectEtcd(servers.endpoints().get(0))) {
            etcd.txn(TxnRequest.newBuilder()
                    .addSuccess(DirectEtcd.put(configRoot() + "/" + key, ByteString.copyFrom(value)))
                    .build());
        }
    }

    @Override
    public Set<String> ids(String service) {
        String prefix = key(service, "");
        return servers.etcdctl("get", "--prefix", "--keys-only", prefix)
                .lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .collect(Collectors.toSet());
    }

    private String key(String service, String id) {
        return root() + "/" + service + "/" + id;
    }

    @Override
    public void close() {
        proxy.close();
        servers.close();
    }
}
