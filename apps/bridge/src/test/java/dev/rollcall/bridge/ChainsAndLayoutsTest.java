package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import dev.rollcall.tck.Testbed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Several bridges between real stores: from one ecosystem's layout to another's, and in chains. */
class ChainsAndLayoutsTest extends RealStores {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static int tests;

    private final Deque<Runnable> closings = new ArrayDeque<>();
    private String service;

    @BeforeEach
    void nameService() {
        service = "orders-" + ++tests;
    }

    @AfterEach
    void closeAll() {
        while (!closings.isEmpty()) {
            closings.pop().run();
        }
    }

    private Rollcall client(String uri) {
        Rollcall client = Rollcall.connect(uri);
        closings.push(client::close);
        return client;
    }

    private ServiceView view(String uri) {
        return client(uri).discover(service);
    }

    private Bridge bridge(String from, String to, boolean chained) throws InterruptedException {
        Bridge bridge = Bridge.open(BridgeOptions.builder(from, to)
                .services(List.of(service))
                .chained(chained)
                .elected(false)
                .ttl(Duration.ofSeconds(3))
                .build());
        closings.push(bridge::close);
        bridge.awaitCaughtUp(LIMIT);
        return bridge;
    }

    private Instance instance(int port) {
        return Instance.of(service, "http://10.0.0.1:" + port)
                .withWeight(port)
                .withZone("z1")
                .withVersion("1.2")
                .withMetadata("a", "ü");
    }

    private static void awaitSame(ServiceView there, Instance... expected) {
        await(there.toString())
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(there.instances())
                        .extracting(instance -> MirrorMark.plain(instance, there.service()))
                        .containsExactly(expected));
    }

    static Stream<Arguments> layouts() {
        return Stream.of(
                Arguments.of(etcd.uri() + "/?layout=kratos", zooKeeper.uri() + "/?layout=spring"),
                Arguments.of(consul.uri(), etcd.uri() + "/?layout=go-micro"),
                Arguments.of(zooKeeper.uri() + "/?layout=dubbo&root=/dubbo-apps", consul.uri() + "/?layout=spring"),
                Arguments.of(etcd.uri() + "/?layout=go-micro&root=/old", etcd.uri() + "/?layout=kratos&root=/new"));
    }

    @ParameterizedTest(name = "{0} and {1}")
    @MethodSource("layouts")
    void whatIsRegisteredInOneLayoutIsSeenInTheOtherAndNothingGoesRound(String one, String other)
            throws InterruptedException {
        Registration here = client(one).register(instance(80));
        Registration there = client(other).register(instance(81));
        here.awaitRegistered(LIMIT);
        there.awaitRegistered(LIMIT);
        Bridge forwards = bridge(one, other, false);
        Bridge backwards = bridge(other, one, false);
        ServiceView seenHere = view(one);
        ServiceView seenThere = view(other);
        awaitSame(seenHere, here.instance(), there.instance());
        awaitSame(seenThere, here.instance(), there.instance());

        Testbed.unawaited(here.update(now -> now.withWeight(7).withMetadata("b", "2")));
        awaitSame(seenThere, here.instance(), there.instance());
        Testbed.unawaited(there.drain(Duration.ofMinutes(1)));
        await().atMost(LIMIT).until(() -> seenHere.instances().get(1).status() == Status.DRAINING);
        here.close();
        await().atMost(LIMIT).until(() -> seenThere.instances().size() == 1);

        assertThat(forwards.state().failed()).isZero();
        assertThat(backwards.state().failed()).isZero();
        assertThat(forwards.state().ignored()).as("mirrors on one").isEqualTo(1);
        assertThat(backwards.state().mirrored()).isEqualTo(1);
    }

    @Test
    void aChainGoesOnWhereItIsToldToAndReturnsNowhere() throws InterruptedException {
        String a = zooKeeper.uri();
        String b = etcd.uri();
        String c = consul.uri();
        Registration first = client(a).register(instance(80));
        first.awaitRegistered(LIMIT);
        bridge(a, b, true);
        bridge(b, c, true);
        Bridge back = bridge(c, a, true);
        ServiceView seen = view(c);
        awaitSame(seen, first.instance());

        assertThat(seen.instances().get(0).metadata()).containsEntry(MirrorMark.ORIGIN, origin(a) + " " + origin(b));
        await().atMost(LIMIT).until(() -> back.state().ignored() == 1);
        Testbed.unawaited(first.update(now -> now.withWeight(9)));
        awaitSame(seen, first.instance());
        Registration second = client(b).register(instance(81));
        awaitSame(seen, first.instance(), second.instance());
        awaitSame(view(a), first.instance(), second.instance());
        first.close();
        awaitSame(seen, second.instance());
        assertThat(back.state().mirrored()).isEqualTo(1);
    }

    @Test
    void withoutBeingToldToAChainEndsAfterOneBridge() throws InterruptedException {
        String a = zooKeeper.uri();
        String b = etcd.uri();
        Registration first = client(a).register(instance(80));
        first.awaitRegistered(LIMIT);
        bridge(a, b, false);
        awaitSame(view(b), first.instance());
        Bridge next = bridge(b, consul.uri(), false);
        Registration second = client(b).register(instance(81));

        awaitSame(view(consul.uri()), second.instance());
        assertThat(next.state().ignored()).isEqualTo(1);
        assertThat(next.state().mirrored()).isEqualTo(1);
    }

    private static String origin(String uri) {
        return BridgeOptions.builder(uri, "memory:other").build().origin();
    }
}
