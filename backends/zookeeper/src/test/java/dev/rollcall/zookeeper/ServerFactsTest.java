package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.spi.Finding;
import dev.rollcall.spi.Finding.Verdict;
import org.junit.jupiter.api.Test;

class ServerFactsTest {

    @Test
    void theVersionAndTheRoleAreFound() {
        assertThat(ServerFacts.parse("""
                        Zookeeper version: 3.9.5-b5f4b8c, built on 2025-11-18 13:26 UTC
                        Latency min/avg/max: 0/0.0/0
                        Mode: follower
                        """).map(ServerFacts::finding))
                .contains(Finding.ok("version", "ZooKeeper 3.9.5, follower"));
    }

    @Test
    void aServerWithoutTreeWatchesIsTooOld() {
        assertThat(ServerFacts.parse("Zookeeper version: 3.5.10-1234, built on 05/2022")
                        .map(facts -> facts.finding().verdict()))
                .contains(Verdict.FAIL);
    }

    @Test
    void aServerThatMayNotTellIsNoTrouble() {
        assertThat(ServerFacts.parse("srvr is not executed because it is not in the whitelist.\n"))
                .isEmpty();
    }
}
