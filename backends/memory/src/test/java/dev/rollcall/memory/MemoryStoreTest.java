package dev.rollcall.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryStoreTest {

    @Test
    void clientsOfTheSameNameShareAStoreAndThoseOfAnotherDoNot() throws InterruptedException {
        String name = UUID.randomUUID().toString();
        try (Rollcall consumer = Rollcall.connect("memory:" + name);
                Rollcall stranger = Rollcall.connect("memory:" + name + "-2")) {
            ServiceView seen = consumer.discover("orders");
            ServiceView unseen = stranger.discover("orders");
            try (Rollcall provider = Rollcall.connect("memory:" + name)) {
                provider.register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(Duration.ofSeconds(10));
                await().until(() -> seen.instances().size() == 1);
                assertThat(unseen.awaitKnown(Duration.ofSeconds(10)).instances())
                        .isEmpty();
            }
            await().until(() -> seen.instances().isEmpty());
        }
    }

    @Test
    void aStoreWithoutANameIsOneToo() throws InterruptedException {
        try (Rollcall client = Rollcall.connect("memory:")) {
            client.register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(Duration.ofSeconds(10));

            assertThat(MemoryStore.named("").ids("orders")).containsExactly("10.0.0.1:80");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory://host:1",
                "memory:/path",
                "memory:name with blanks",
                "memory:name?unknown=1",
                "memory+tls:name",
                "memory://user:secret@host/"
            })
    void aUriThatIsNotAMemoryStoresIsRefusedWithWhatWasExpected(String uri) {
        assertThatThrownBy(() -> Rollcall.connect(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected")
                .hasMessageNotContaining("secret");
    }

    @Test
    void theHistoryIsBoundedAndWatchesThatAreBehindGetTheList() {
        MemoryStore store = MemoryStore.named(UUID.randomUUID().toString());
        try (Rollcall client =
                Rollcall.builder("memory:x").provider(store.provider()).connect()) {
            ServiceView view = client.discover("orders");
            store.putByAnother(Instance.of("orders", "http://10.0.0.1:80"));
            await().until(() -> view.instances().size() == 1);
            store.link("rollcall").freeze();
            for (int weight = 0; weight < 150_000; weight++) {
                store.putByAnother(Instance.of("orders", "http://10.0.0.1:80").withWeight(weight));
            }
            store.link("rollcall").heal();

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> view.instances().get(0).weight() == 149_999);
        }
    }
}
