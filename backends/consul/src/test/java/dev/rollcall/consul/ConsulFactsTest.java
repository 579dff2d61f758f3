package dev.rollcall.consul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.spi.Finding;
import org.junit.jupiter.api.Test;

/** By what each ecosystem's entries are known. */
class ConsulFactsTest {
    private final ConsulFacts facts = new ConsulFacts();

    @Test
    void theVersionIsFoundInTheAgentsOwnAnswer() {
        facts.self("/Config/NodeName", "node-1");
        facts.self("/Config/Version", "1.8.7");
        facts.self("/DebugConfig/Version", "other");

        assertThat(facts.version()).isEqualTo(Finding.ok("version", "Consul 1.8.7, node node-1"));
    }

    @Test
    void eachWriterIsCountedOnceAService() {
        facts.catalogue("/orders", "");
        facts.catalogue("/orders/0", "tag");
        facts.catalogue("/a~1b", "");
        facts.beginSample();
        facts.entry("/0/ServiceMeta/rollcall-id", "x");
        facts.entry("/1/ServiceMeta/rollcall-id", "y");
        facts.beginSample();
        facts.entry("/0/ServiceTags/0", "v-789cca492c492d2e01040000ffff08cc028e");
        facts.beginSample();
        facts.entry("/0/ServiceTaggedAddresses/grpc/Address", "grpc://127.0.0.1:9000");
        facts.beginSample();
        facts.entry("/0/ServiceMeta/secure", "false");
        facts.entry("/0/ServiceTags/0", "v-1");
        facts.entry("/0/ServiceTaggedAddresses/lan_ipv4/Address", "127.0.0.1");

        assertThat(facts.services()).containsExactly("a/b", "orders");
        assertThat(facts.layouts())
                .extracting(Finding::text)
                .containsExactly(
                        "2 services in Consul's catalogue",
                        "1 of the services looked at written by Rollcall",
                        "1 of the services looked at written by Spring Cloud Consul",
                        "1 of the services looked at written by go-micro",
                        "1 of the services looked at written by kratos");
    }
}
