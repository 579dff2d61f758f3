package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.spi.ServiceSink;
import dev.rollcall.spi.StoreUri;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords, and what they keep others from. */
class SecurityTest extends RealServerTest {
    private static final Instance ORDERS = Instance.of("orders", "http://10.0.0.1:80");

    SecurityTest() {
        super(1);
    }

    /** Some tests tell it a password, which it would have in the next one too. */
    @AfterEach
    void forgetPasswords() {
        store.admin().close();
    }

    private String withUser(String user) {
        return store.directUri().replace("zookeeper://", "zookeeper://" + user + "@");
    }

    @Test
    void nodesBelongToTheUserWhoMadeThem() {
        client(withUser("anna:secret"), Client.TTL).publish(ORDERS);

        String path = node("orders", ORDERS.id());
        assertThatThrownBy(() -> store.admin().ask(zooKeeper -> zooKeeper.getData(path, false, null)))
                .hasCauseInstanceOf(KeeperException.NoAuthException.class);
    }

    @Test
    void twoClientsWithThePasswordSeeEachOther() {
        RecordedInstances seen = client(withUser("anna:secret"), Client.TTL).watch("orders");
        client(withUser("anna:secret"), Client.TTL).publish(ORDERS);

        eventually().until(() -> seen.ids().equals(Set.of(ORDERS.id())));
    }

    @Test
    void aWrongPasswordIsToldFromAnOutage() {
        client(withUser("anna:secret"), Client.TTL).publish(ORDERS);
        Client wrong = client(withUser("anna:guessed"), Client.TTL);

        RecordedInstances seen = wrong.watch("orders");
        eventually().until(() -> seen.cause() != null);
        assertThat(seen.cause().kind()).isEqualTo(StoreException.Kind.DENIED);
        assertThat(seen.cause()).hasMessageContaining("password").message().doesNotContain("guessed");
        assertThatThrownBy(() -> wrong.publish(ORDERS.withId("other")))
                .isInstanceOf(StoreException.class)
                .returns(StoreException.Kind.DENIED, thrown -> ((StoreException) thrown).kind());
    }

    @Test
    void grantsThatComeLaterAreNoticed() {
        client(withUser("anna:secret"), Client.TTL).publish(ORDERS);
        RecordedInstances seen = client(withUser("bert:other"), Client.TTL).watch("orders");
        eventually().until(() -> seen.cause() != null);

        store.admin().ask(zooKeeper -> {
            zooKeeper.addAuthInfo("digest", "anna:secret".getBytes(StandardCharsets.UTF_8));
            zooKeeper.setACL(store.root() + "/orders", ZooDefs.Ids.OPEN_ACL_UNSAFE, -1);
            zooKeeper.setACL(node("orders", ORDERS.id()), ZooDefs.Ids.OPEN_ACL_UNSAFE, -1);
            return "";
        });

        eventually().until(() -> seen.isFresh() && seen.ids().equals(Set.of(ORDERS.id())));
    }

    @Test
    void oneUnreadableEntryIsReportedAndHidesNoOther() {
        client().publish(ORDERS);
        store.admin().ask(zooKeeper -> {
            zooKeeper.addAuthInfo("digest", "anna:secret".getBytes(StandardCharsets.UTF_8));
            return zooKeeper.create(
                    node("orders", "secret"), new byte[0], ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.EPHEMERAL);
        });

        RecordedInstances seen = client().watch("orders");

        eventually().until(() -> seen.ids().equals(Set.of(ORDERS.id())));
        assertThat(seen.undecodable())
                .singleElement()
                .asString()
                .contains("/orders/secret")
                .contains("ACL");
    }

    @Test
    void thePasswordMayLieInAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "secret\n");
        RecordedInstances seen = client(withUser("anna:secret"), Client.TTL).watch("orders");

        client(withUser("anna") + "?passwordFile=" + file, Client.TTL).publish(ORDERS);

        eventually().until(() -> seen.ids().equals(Set.of(ORDERS.id())));
    }

    @Test
    void anAbsentPasswordFileIsSaidAtOnce() {
        assertThatThrownBy(() -> client(withUser("anna") + "?passwordFile=/no/such/file", Client.TTL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/no/such/file");
    }

    @Test
    void noMessageAndNoNameShowsThePassword() {
        StoreUri uri = StoreUri.parse("zookeeper://anna:s3cret@127.0.0.1:1/x");
        Failures failures = new Failures(uri.identity(), Client.REQUEST_TIMEOUT);
        for (KeeperException.Code code : KeeperException.Code.values()) {
            if (code != KeeperException.Code.OK) {
                assertThat(failures.of(code, "reading /x"))
                        .message()
                        .doesNotContain("s3cret")
                        .contains("/x");
            }
        }
    }

    @Test
    void aNodeOfAnotherUserInOurPlaceIsLeftAloneAndSaysWhy() {
        store.admin().write(store.root() + "/orders", new byte[0], CreateMode.PERSISTENT);
        client(withUser("bert:other"), Client.TTL).publish(ORDERS);

        assertThatThrownBy(() -> client(withUser("anna:secret"), Client.TTL).publish(ORDERS))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(ORDERS.id())
                .returns(StoreException.Kind.DENIED, thrown -> ((StoreException) thrown).kind());
    }

    @Test
    void aServiceThatMayNotBeLookedIntoHidesNoOther() {
        store.admin().write(store.root(), new byte[0], CreateMode.PERSISTENT);
        client(withUser("bert:other"), Client.TTL).publish(ORDERS);
        Client anna = client(withUser("anna:secret"), Client.TTL);
        anna.publish(Instance.of("users", "http://10.0.0.1:81"));
        Set<String> names = ConcurrentHashMap.newKeySet();

        anna.backend().watchServices(new ServiceSink() {
            @Override
            public void services(Set<String> now, long revision) {
                names.addAll(now);
            }

            @Override
            public void interrupted(StoreException cause) {
                names.add(cause.toString());
            }

            @Override
            public void resumed() {}
        });

        eventually().until(() -> names.contains("users"));
        assertThat(names).isSubsetOf("users", "orders");
    }
}
