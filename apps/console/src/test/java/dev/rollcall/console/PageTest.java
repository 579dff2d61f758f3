package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.memory.MemoryStore;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The page in a real browser. */
class PageTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static Browser browser;

    private final String name = UUID.randomUUID().toString();
    private final MemoryStore store = MemoryStore.named(name);
    private Rollcall provider;
    private Rollcall watcher;
    private Console console;

    @BeforeAll
    static void openBrowser() {
        assumeTrue(Browser.isInstalled(), Browser.MISSING);
        browser = Browser.open();
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        provider = client("provider");
        for (String service : new String[] {"orders", "payments", "users"}) {
            provider.register(Instance.of(service, "http://10.0.0.1:8080").withZone("eu-1a"))
                    .awaitRegistered(LIMIT);
        }
        watcher = client("watcher");
        console = open(0);
        browser.beScreen(1280, 800, "light");
    }

    @AfterEach
    void stop() {
        console.close();
        watcher.close();
        provider.close();
    }

    @Test
    void isLiveAndWithoutComplaint() throws Exception {
        browser.visit(console.uri());
        browser.awaitText("#pill", "live");
        browser.awaitText("#services", "payments");
        browser.click("#services .row");
        browser.awaitText("#instances", "10.0.0.1:8080");

        provider.register(Instance.of("inventory", "http://10.0.0.7:8080")).awaitRegistered(LIMIT);
        browser.awaitText("#services", "inventory");
        browser.awaitText("#timeline", "came at http://10.0.0.7:8080");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void saysWhyAnInstanceLeft() throws Exception {
        Rollcall victim = client("victim");
        try (victim) {
            browser.visit(console.uri() + "#/services/orders");
            browser.awaitText("#instances", "10.0.0.1:8080");
            Registration second = provider.register(Instance.of("orders", "http://10.0.0.2:8080"));
            victim.register(Instance.of("orders", "http://10.0.0.3:8080")).awaitRegistered(LIMIT);
            browser.awaitText("#instances", "10.0.0.2:8080");
            browser.awaitText("#instances", "10.0.0.3:8080");

            second.close();
            browser.awaitGone("#instances", "10.0.0.2:8080");
            browser.awaitText("#timeline", "deregistered");
            store.link("victim").cut();
            browser.awaitGone("#instances", "10.0.0.3:8080");
            browser.awaitText("#timeline", "left without a farewell");
            store.link("victim").heal();
        }
    }

    @Test
    void canBeUsedByKeyboard() {
        browser.visit(console.uri());
        browser.awaitText("#services", "users");

        browser.type("/");
        assertThat(browser.focused()).isEqualTo("search");
        browser.type("er"); // orders, users
        browser.awaitGone("#services", "payments");
        browser.type(Keys.ARROW_DOWN);
        assertThat(browser.focused()).isEqualTo("services");
        browser.type(Keys.ARROW_DOWN);
        browser.type(Keys.ENTER);
        browser.awaitText("#service-name", "users");
        browser.awaitText("#instances", "10.0.0.1:8080");
        assertThat(browser.focused()).isEqualTo("instances");
        browser.type(Keys.ENTER);
        browser.awaitText("#details", "eu-1a");
        browser.type(Keys.ESCAPE);
        assertThat(browser.focused()).isEqualTo("instances");
        browser.type(Keys.ESCAPE);
        assertThat(browser.focused()).isEqualTo("services");
    }

    @Test
    void fitsAPhone() {
        browser.beScreen(360, 740, "dark");
        browser.visit(console.uri());
        browser.awaitText("#services", "users");
        assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(360L);
        assertThat(browser.isShown("#instances-panel")).isFalse();

        browser.click("#services .row");
        browser.awaitText("#instances", "10.0.0.1:8080");
        assertThat(browser.isShown("#services-panel")).isFalse();
        assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(360L);
        browser.click("#tabs [data-part=timeline]");
        assertThat(browser.isShown("#timeline-panel")).isTrue();
        browser.click("#tabs [data-part=instances]");
        browser.click("#back");
        assertThat(browser.isShown("#services-panel")).isTrue();
    }

    @Test
    void followsTheSystemsColoursUntilToldOtherwise() {
        browser.beScreen(1280, 800, "dark");
        browser.visit(console.uri());
        browser.awaitText("#pill", "live");
        assertThat(browser.run("return document.documentElement.dataset.theme")).isEqualTo("dark");

        browser.click("#theme");
        assertThat(browser.run("return document.documentElement.dataset.theme")).isEqualTo("light");
        browser.visit(console.uri());
        assertThat(browser.run("return document.documentElement.dataset.theme"))
                .as("remembered")
                .isEqualTo("light");
    }

    @Test
    void saysThatTheRegistryIsAwayAndKeepsWhatItKnew() {
        browser.visit(console.uri() + "#/services/orders");
        browser.awaitText("#instances", "10.0.0.1:8080");
        store.kill();
        browser.awaitText("#pill", "registry away");
        browser.awaitText("#banner", "can't be heard");
        assertThat(browser.text("#instances")).contains("10.0.0.1:8080");
        store.restart();
        browser.awaitText("#pill", "live");
        browser.awaitText("#timeline", "heard again");
    }

    @Test
    void comesBackByItselfWhenTheConsoleDoes() throws Exception {
        browser.visit(console.uri() + "#/services/orders");
        browser.awaitText("#instances", "10.0.0.1:8080");
        int port = URI.create(console.uri()).getPort();
        console.close();
        browser.awaitText("#pill", "console away");
        assertThat(browser.text("#instances")).contains("10.0.0.1:8080");

        provider.register(Instance.of("orders", "http://10.0.0.2:8080")).awaitRegistered(LIMIT);
        console = open(port);
        browser.awaitText("#pill", "live");
        browser.awaitText("#instances", "10.0.0.2:8080");
    }

    @Test
    void whatStandsInTheRegistryIsTextAndNothingElse() throws Exception {
        String hostile = "<img/src=x/onerror=document.title='owned'>".replace("/", "\u00a0");
        provider.register(Instance.of("<b>bold<b>", "http://10.0.0.9:80")
                        .withId("<script>document.title='owned'<script>")
                        .withMetadata("note", hostile))
                .awaitRegistered(LIMIT);
        browser.visit(console.uri() + "#/services/%3Cb%3Ebold%3Cb%3E");
        browser.awaitText("#service-name", "<b>bold<b>");
        browser.awaitText("#instances", "<script>document.title='owned'<script>");
        browser.click("#instances .row");
        browser.awaitText("#details", "onerror");
        assertThat(browser.run("return document.title")).isEqualTo("Rollcall");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void browsesTheConfiguration() {
        provider.config().write("orders/limits", "max: 10\npassword: hunter2\n").join();
        browser.visit(console.uri());
        browser.awaitText("#services", "users");
        browser.click("#views [data-view=config]");
        browser.awaitText("#config-keys", "orders/limits");
        browser.type(Keys.ENTER);
        browser.awaitText("#config-text", "max: 10");
        assertThat(browser.text("#config-text")).doesNotContain("hunter2");
        browser.click("#config-reveal");
        browser.awaitText("#config-text", "hunter2");

        provider.config().write("orders/limits", "max: 11\n").join();
        browser.awaitText("#config-text", "max: 11");
        browser.click("#views [data-view=services]");
        browser.awaitText("#services", "users");
        assertThat(browser.complaints()).isEmpty();
    }

    private Console open(int port) throws Exception {
        return Console.builder(watcher)
                .listen("127.0.0.1", port)
                .registry("memory:test")
                .start();
    }

    private Rollcall client(String clientName) {
        return Rollcall.builder("memory:" + name)
                .name(clientName)
                .ttl(Duration.ofSeconds(1))
                .lossProtection(LossProtection.off())
                .connect();
    }
}
