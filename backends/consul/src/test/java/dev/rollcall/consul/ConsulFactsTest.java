package dev.rollcall.consul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.spi.Finding;
import java.util.List;
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
        CatalogEntry own = entry();
        own.meta.put(MetaKeys.CHECK, "x");
        CatalogEntry ownForKratos = entry();
        ownForKratos.meta.put(MetaKeys.CHECK, "x");
        ownForKratos.meta.put(MetaKeys.LAYOUT, "kratos");
        CatalogEntry micro = entry();
        micro.tags = List.of("v-789cca492c492d2e01040000ffff08cc028e");
        CatalogEntry kratos = entry();
        kratos.urls.add("grpc://127.0.0.1:9000");
        CatalogEntry spring = entry();
        spring.meta.put("secure", "false");
        facts.entries(List.of(own, own, ownForKratos, entry()));
        facts.entries(List.of(own, micro));
        facts.entries(List.of(kratos, spring));
        facts.upstreams(List.of("upstreams/a/", "upstreams/b/"));

        assertThat(facts.services()).containsExactly("a/b", "orders");
        assertThat(facts.layouts())
                .extracting(Finding::text)
                .containsExactly(
                        "2 services in Consul's catalogue",
                        "2 of the services looked at written by Rollcall",
                        "1 of the services looked at written by Rollcall with ?layout=kratos",
                        "1 of the services looked at written by go-micro",
                        "1 of the services looked at written by kratos",
                        "1 of the services looked at written by spring",
                        "2 upstreams of apisix in the key/value store");
    }

    private static CatalogEntry entry() {
        CatalogEntry entry = new CatalogEntry();
        entry.name = "orders";
        return entry;
    }
}
