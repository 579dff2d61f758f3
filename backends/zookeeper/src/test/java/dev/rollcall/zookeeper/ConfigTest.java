package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.config.Config;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.config.Decoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;

/** What the configuration in ZooKeeper looks like to others. */
class ConfigTest extends RealServerTest {
    ConfigTest() {
        super(1);
    }

    private Rollcall open(String parameters) {
        return Rollcall.connect(store.directUri() + parameters);
    }

    private String at(String key) {
        return store.root().replace("/services", "/config/") + key;
    }

    @Test
    void anEntryIsANodeThatOthersReadAndWriteAsTheyDo() {
        try (Rollcall rollcall = open("")) {
            rollcall.config().write("gateway/rules", "from Rollcall").join();
            assertThat(store.admin().data(at("gateway/rules")))
                    .isEqualTo("from Rollcall".getBytes(StandardCharsets.UTF_8));

            Live<SortedMap<String, String>> all = rollcall.config().followPrefix("gateway", Decoder.text());
            store.admin()
                    .write(at("gateway/rules"), "from another".getBytes(StandardCharsets.UTF_8), CreateMode.PERSISTENT);
            store.admin()
                    .write(at("gateway/routes/a"), "deeper".getBytes(StandardCharsets.UTF_8), CreateMode.PERSISTENT);

            // the admin's nodes in between have data, if only none of it, as those that others make
            awaitFresh(
                    all, Map.of("gateway/rules", "from another", "gateway/routes", "", "gateway/routes/a", "deeper"));
        }
    }

    @Test
    void nodesInBetweenAreNoEntriesUntilTheyAreWritten() {
        try (Rollcall rollcall = open("")) {
            Config config = rollcall.config();
            config.write("a/b/c", "deep").join();
            Live<SortedMap<String, String>> all = config.followPrefix("", Decoder.text());
            awaitFresh(all, Map.of("a/b/c", "deep"));
            assertThat(config.read("a/b").join()).isEmpty();

            ConfigEntry between = config.compareAndSet("a/b", "between", 0).join();
            awaitFresh(all, Map.of("a/b", "between", "a/b/c", "deep"));
            config.delete("a/b", between.revision()).join();
            awaitFresh(all, Map.of("a/b/c", "deep"));
            assertThat(config.delete("a/b").join()).isFalse();
            config.delete("a/b/c").join();
            awaitFresh(all, Map.of());
        }
    }

    @Test
    void configurationIsNoService() throws InterruptedException {
        try (Rollcall rollcall = open("")) {
            rollcall.config().write("orders/limits", "1").join();

            assertThat(rollcall.services().awaitKnown(PATIENCE)).isEmpty();
        }
    }

    @Test
    void configurationAndServicesKeepApart() {
        for (String roots : List.of("?root=/", "?root=config", "?root=a/b&configRoot=a", "?root=a&configRoot=a/b")) {
            try (Rollcall rollcall = open(roots)) {
                assertThatThrownBy(rollcall::config)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContainingAll("root: ", "configRoot: ", "neither inside the other");
            }
        }
        assertThatThrownBy(() -> open("?configRoot=/")).hasMessageContaining("such as /config");
    }

    private static void awaitFresh(Live<SortedMap<String, String>> all, Map<String, String> expected) {
        eventually()
                .untilAsserted(() -> assertThat(all.reading())
                        .isInstanceOfSatisfying(
                                Reading.Fresh.class,
                                now -> assertThat(now.known()).isEqualTo(expected)));
    }
}
