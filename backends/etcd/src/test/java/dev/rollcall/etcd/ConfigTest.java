package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.config.Config;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.config.Decoder;
import dev.rollcall.testing.servers.EtcdServers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** What the configuration in etcd looks like to others, and what etcd alone remembers. */
class ConfigTest extends OneEtcd {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Rollcall open() {
        return Rollcall.connect(etcd.uri() + "/?root=" + root + "&configRoot=" + root + "-config");
    }

    @Test
    void anEntryIsAKeyThatOthersReadAndWriteAsTheyDo() {
        try (Rollcall rollcall = open()) {
            rollcall.config().write("gateway/rules", "from Rollcall").join();
            assertThat(etcd.etcdctl("get", "--print-value-only", root + "-config/gateway/rules"))
                    .isEqualToIgnoringNewLines("from Rollcall");

            Live<SortedMap<String, String>> all = rollcall.config().followPrefix("gateway", Decoder.text());
            etcd.etcdctl("put", root + "-config/gateway/rules", "from etcdctl");
            etcd.etcdctl("put", root + "-config/gateway//", "no key of ours");

            await().atMost(LIMIT)
                    .until(() -> all.reading() instanceof Reading.Fresh<SortedMap<String, String>> fresh
                            && "from etcdctl".equals(fresh.known().get("gateway/rules")));
            assertThat(rollcall.config().list("").join())
                    .extracting(ConfigEntry::key)
                    .containsExactly("gateway/rules");
        }
    }

    @Test
    void historyGoesBackToTheCreationOrTheCompaction() {
        try (Rollcall rollcall = open()) {
            Config config = rollcall.config();
            config.write("limit", "of an earlier life").join();
            config.delete("limit").join();
            List<ConfigEntry> written = List.of(
                    config.write("limit", "1").join(),
                    config.write("limit", "2").join(),
                    config.write("limit", "3").join());

            assertThat(config.history("limit", 10).join())
                    .containsExactly(written.get(2), written.get(1), written.get(0));
            assertThat(config.history("limit", 2).join()).containsExactly(written.get(2), written.get(1));

            etcd.etcdctl("compact", Long.toString(written.get(1).revision()));
            assertThat(config.history("limit", 10).join()).containsExactly(written.get(2), written.get(1));
        }
    }

    @Test
    void aWipedStoreThatIsFilledByTheSameScriptIsNotTakenForTheOldOne() {
        try (EtcdServers own = EtcdServers.start();
                Rollcall rollcall = Rollcall.connect(own.uri())) {
            own.etcdctl("put", "config/limit", "1");
            Live<String> limit = rollcall.config().follow("limit", Decoder.text());
            await().atMost(LIMIT).until(() -> limit.reading().value().equals(Optional.of("1")));

            own.kill();
            await().atMost(LIMIT).until(() -> limit.reading() instanceof Reading.Stale);
            own.wipe();
            own.etcdctl("put", "config/limit", "2"); // at the very revision that the other had

            await().atMost(LIMIT)
                    .until(() -> limit.reading() instanceof Reading.Fresh<String> now
                            && now.known().equals("2"));
        }
    }

    @Test
    void configurationAndServicesKeepApart() {
        for (String roots : List.of(
                "root=a&configRoot=a",
                "root=a/b&configRoot=a",
                "root=a&configRoot=a/b",
                "root=config",
                "root=config/b")) {
            try (Rollcall rollcall = Rollcall.connect(etcd.uri() + "/?" + roots)) {
                assertThatThrownBy(rollcall::config)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContainingAll("root: ", "configRoot: ", "neither inside the other");
            }
        }
    }
}
