package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** From every store to every store, on real servers. */
@SuppressWarnings("FutureReturnValueIgnored") // what comes of it is seen in the stores
class EveryPairTest extends RealStores {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private static Path directory;

    static Stream<Arguments> pairs() {
        List<String> stores = List.of("etcd", "zookeeper", "consul", "embedded");
        return stores.stream().flatMap(from -> stores.stream().map(to -> Arguments.of(from, to)));
    }

    /** Another part of the store where it is the target; Consul has but one, in which only the names differ. */
    private static String uri(String store, String part) {
        return switch (store) {
            case "etcd" -> etcd.uri() + "/?root=" + part;
            case "zookeeper" -> zooKeeper.uri() + "/?root=/" + part;
            case "consul" -> consul.uri();
            default -> "embedded:" + directory.resolve(part);
        };
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("pairs")
    void whatHappensOnTheSourceHappensOnTheTarget(String from, String to) throws InterruptedException {
        String prefix = from + "-" + to + "-";
        String orders = prefix + "orders";
        String mirrored = "new-" + orders;
        BridgeOptions options = BridgeOptions.builder(uri(from, "source"), uri(to, "target"))
                .services(List.of(prefix + "*"))
                .rename(prefix + "*=new-" + prefix + "*")
                .elected(false)
                .ttl(Duration.ofSeconds(3))
                .build();
        try (Rollcall provider = Rollcall.connect(options.from());
                Rollcall consumer = Rollcall.connect(options.to());
                ServiceView view = consumer.discover(mirrored)) {
            Registration first =
                    provider.register(instance(orders, 80).withWeight(3).withZone("z1"));
            Registration second = provider.register(instance(orders, 81).withVersion("1.2"));
            Bridge bridge = Bridge.open(options);
            try (bridge) {
                awaitMirrors(view, first, second);
                first.update(now -> now.withWeight(7).withMetadata("a", "ü"));
                awaitMirrors(view, first, second);
                Registration third = provider.register(instance(orders, 82));
                awaitMirrors(view, first, second, third);

                third.drain(Duration.ofMinutes(1));
                await().atMost(LIMIT).until(() -> view.instances().get(2).status() == Status.DRAINING);
                third.close();
                second.close();
                awaitMirrors(view, first);

                giveWayToOneThatIsRegisteredThereItself(consumer, view, mirrored);
                awaitMirrors(view, first);
                assertThat(bridge.state().failed()).isZero();
                assertThat(bridge.state().ignored()).isZero();
            }
            await().atMost(LIMIT).until(() -> view.instances().isEmpty());
            assertThat(first.state().phase()).isEqualTo(Phase.REGISTERED);
        }
    }

    private static void giveWayToOneThatIsRegisteredThereItself(Rollcall there, ServiceView view, String service)
            throws InterruptedException {
        Registration itself = there.register(instance(service, 80).withMetadata("itself", "yes"));
        itself.awaitRegistered(LIMIT);
        await().atMost(LIMIT).until(() -> view.instances().get(0).metadata().containsKey("itself"));
        itself.close();
        await().atMost(LIMIT)
                .until(() -> !view.instances().isEmpty()
                        && view.instances().get(0).metadata().containsKey(MirrorMark.ORIGIN));
    }

    private static Instance instance(String service, int port) {
        return Instance.of(service, "http://10.0.0.1:" + port);
    }

    private static void awaitMirrors(ServiceView view, Registration... registrations) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(view.instances())
                        .extracting(there -> MirrorMark.plain(there, view.service()))
                        .containsExactlyElementsOf(Stream.of(registrations)
                                .map(one -> MirrorMark.plain(one.instance(), view.service()))
                                .toList()));
    }
}
