package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rollcall.Instance;
import dev.rollcall.OverrideRequest;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.Status;
import dev.rollcall.testing.servers.EtcdServers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The buttons in a real browser, with a real etcd. */
class OverridePageTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static EtcdServers etcd;
    private static Browser browser;

    @BeforeAll
    static void open() throws Exception {
        assumeTrue(Browser.isInstalled(), Browser.MISSING);
        etcd = EtcdServers.start();
        browser = Browser.open();
        browser.beScreen(1280, 800, "light");
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    @Test
    void aClickDrainsAnInstanceAndAnotherPutsItBack() throws Exception {
        try (Rollcall owner = Rollcall.connect(etcd.uri());
                Rollcall watcher = Rollcall.connect(etcd.uri());
                Console console = console(watcher, true)) {
            Registration orders = owner.register(Instance.of("orders", "http://10.0.0.1:80"));
            orders.awaitRegistered(LIMIT);
            browser.visit(console.uri() + "#/services/orders/10.0.0.1:80");
            browser.awaitText("#details", "http://10.0.0.1:80");

            browser.click("#asking-buttons [data-ask=draining]");
            browser.awaitText("#asking-question", "Ask 10.0.0.1:80 to take no new requests?");
            assertThat(orders.override())
                    .as("nothing happens before it is confirmed")
                    .isEmpty();
            browser.click("#asking-yes");
            browser.awaitText("#asking-result", "Its owner follows: draining.");
            browser.awaitText("#instances", "draining");
            browser.awaitText("#timeline", "asked to be draining for 60 min, by the console, from 127.0.0.1");
            assertThat(orders.override().orElseThrow().status()).isEqualTo(Status.DRAINING);
            assertThat(orders.instance().status()).isEqualTo(Status.UP);

            browser.click("#asking-buttons [data-ask=clear]");
            browser.click("#asking-yes");
            browser.awaitGone("#instances", "draining");
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(orders.override()).isEmpty());
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void anInstanceIsReweighedByKeyboardAlone() throws Exception {
        try (Rollcall owner = Rollcall.connect(etcd.uri());
                Rollcall watcher = Rollcall.connect(etcd.uri());
                Console console = console(watcher, true)) {
            Registration users = owner.register(Instance.of("users", "http://10.0.0.1:81"));
            users.awaitRegistered(LIMIT);
            browser.visit(console.uri() + "#/services/users");
            browser.awaitText("#instances", "10.0.0.1:81");
            browser.run("document.getElementById('instances').focus()");
            browser.type(Keys.ENTER);
            browser.awaitText("#details", "http://10.0.0.1:81");
            browser.type(Keys.TAB, 4); // close, drain, out of service, reweigh
            browser.type(Keys.ENTER);
            assertThat(browser.focused()).isEqualTo("asking-weight");
            browser.type(Keys.ESCAPE);
            assertThat(browser.isShown("#asking-confirm")).isFalse();
            assertThat(browser.run("return document.activeElement.dataset.ask")).isEqualTo("weight");
            browser.type(Keys.ENTER);
            browser.type(Keys.chord(Keys.CONTROL, "a"), "7", Keys.ENTER);
            browser.awaitText("#asking-result", "Its owner follows: weight 7.");
            browser.awaitText("#instances .row .weight", "7");
            browser.type(Keys.ESCAPE);
            assertThat(browser.focused()).isEqualTo("instances");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void anOwnerThatDoesNotFollowIsShownAsSuch() throws Exception {
        try (Rollcall deaf = Rollcall.builder(etcd.uri()).followOverrides(false).connect();
                Rollcall watcher = Rollcall.connect(etcd.uri());
                Console console = console(watcher, true)) {
            deaf.register(Instance.of("legacy", "http://10.0.0.1:82")).awaitRegistered(LIMIT);
            browser.visit(console.uri() + "#/services/legacy/10.0.0.1:82");
            browser.awaitText("#details", "http://10.0.0.1:82");
            browser.click("#asking-buttons [data-ask=out_of_service]");
            browser.click("#asking-yes");
            browser.awaitText("#asking-result", "Asked for; its owner has not followed yet.");
            browser.awaitText("#instances", "asked: out of service, not yet followed");
            browser.awaitText("#details", "Its owner may be other software");
            assertThat(browser.text("#instances .row .status")).isEqualTo("up");
        }
    }

    @Test
    void withoutTheFlagThereAreNoButtonsButWhatOthersAskIsShown() throws Exception {
        try (Rollcall owner = Rollcall.connect(etcd.uri());
                Rollcall watcher = Rollcall.connect(etcd.uri());
                Console console = console(watcher, false)) {
            owner.register(Instance.of("stock", "http://10.0.0.1:83")).awaitRegistered(LIMIT);
            owner.overrides()
                    .set("stock", "10.0.0.1:83", OverrideRequest.weight(3).by("anna"))
                    .join();
            browser.visit(console.uri() + "#/services/stock/10.0.0.1:83");
            browser.awaitText("#details", "weight 3, by anna");
            assertThat(browser.isShown("#asking")).isFalse();
        }
    }

    private static Console console(Rollcall watcher, boolean allowChanges) throws Exception {
        return Console.builder(watcher)
                .listen("127.0.0.1", 0)
                .registry("etcd")
                .allowChanges(allowChanges)
                .start();
    }
}
