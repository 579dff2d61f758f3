package dev.rollcall.console;

import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.TcpProxy;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The console of a real etcd, from which it is cut off. */
class EtcdOutageTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void saysThatTheRegistryIsAwayAndWhatHappenedMeanwhile() throws Exception {
        try (EtcdServers etcd = EtcdServers.start();
                TcpProxy link = TcpProxy.to(etcd.endpoints().get(0));
                Rollcall provider = Rollcall.connect(etcd.uri());
                Rollcall watcher = Rollcall.builder(etcd.uri(List.of(link.endpoint())))
                        .lossProtection(LossProtection.off())
                        .connect();
                Console console =
                        Console.builder(watcher).listen("127.0.0.1", 0).start();
                EventReader page = EventReader.open(HttpClient.newHttpClient(), console.uri(), "?service=orders")) {
            page.awaitEvent("hello");
            provider.register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(LIMIT);
            Registration leaving = provider.register(Instance.of("orders", "http://10.0.0.2:80"));
            page.awaitEvent("instances", "10.0.0.2:80");
            page.awaitEvent("delta", "\"name\":\"orders\"", "\"total\":2");

            link.cut();
            page.awaitEvent("delta", "\"registry\":{\"freshness\":\"stale\"", "\"why\":");
            leaving.close();
            try (EventReader newcomer =
                    EventReader.open(HttpClient.newHttpClient(), console.uri(), "?service=orders")) {
                newcomer.awaitEvent("state", "\"registry\":{\"freshness\":\"stale\"", "\"total\":2");
            }
            link.heal();
            page.awaitEvent("delta", "\"kind\":\"fresh\"", "the registry is heard again, after");
            page.awaitEvent("delta", "\"instance\":\"10.0.0.2:80\",\"text\":\"deregistered\"");
            page.awaitEvent("instances", "\"gone\":[\"10.0.0.2:80\"]");
        }
    }
}
