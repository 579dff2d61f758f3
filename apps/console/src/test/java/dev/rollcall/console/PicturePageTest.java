package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The picture of who came and left, the column of traffic, the figures and the search, in a real browser. */
class PicturePageTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** How many pixels of the picture have a colour of the page's own. */
    private static final String PIXELS = """
            const canvas = document.getElementById('churn');
            const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
            pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('%s');
            pen.fillRect(0, 0, 1, 1);
            const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            let found = 0;
            for (let at = 0; at < data.length; at += 4) {
              if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255) found++;
            }
            return found;
            """;

    private static Browser browser;

    private final AtomicLong requests = new AtomicLong();
    private volatile Map<String, String> ejected = Map.of();
    private Rollcall rollcall;
    private Console console;

    private final class TwoInstances implements Traffic {
        @Override
        public Map<String, Long> requests(String service) {
            return service.equals("orders")
                    ? Map.of("10.0.0.1:80", requests.addAndGet(300), "10.0.0.2:80", requests.get() / 3)
                    : Map.of();
        }

        @Override
        public Map<String, String> ejected(String service) {
            return service.equals("orders") ? ejected : Map.of();
        }
    }

    @BeforeAll
    static void openBrowser() {
        assumeTrue(Browser.isInstalled(), Browser.MISSING);
        browser = Browser.open();
        browser.beScreen(1280, 800, "light");
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        rollcall = Rollcall.builder("memory:" + UUID.randomUUID())
                .lossProtection(LossProtection.off())
                .connect();
        rollcall.register(Instance.of("orders", "http://10.0.0.1:80").withZone("eu-1a"))
                .awaitRegistered(LIMIT);
        console = Console.builder(rollcall)
                .listen("127.0.0.1", 0)
                .traffic(new TwoInstances())
                .start();
        browser.visit(console.uri());
    }

    @AfterEach
    void stop() {
        console.close();
        rollcall.close();
    }

    @Test
    void whoComesIsDrawnInOneColourAndWhoLeavesInAnother() throws Exception {
        browser.awaitText("#churn-text", "nobody came, left or changed");
        browser.awaitText("#figures", "1\nservice\n");
        assertThat(pixels("--good")).isZero();
        assertThat(pixels("--bad")).isZero();

        Registration second = rollcall.register(Instance.of("orders", "http://10.0.0.2:80"));
        second.awaitRegistered(LIMIT);
        browser.awaitText("#churn-text", "1 came, 0 left, 0 changed");
        await().atMost(LIMIT).until(() -> pixels("--good") > 0);
        assertThat(pixels("--bad")).isZero();

        second.close();
        browser.awaitText("#churn-text", "1 came, 1 left");
        await().atMost(LIMIT).until(() -> pixels("--bad") > 0);
        rollcall.register(Instance.of("users", "http://10.0.0.3:80")).awaitRegistered(LIMIT);
        browser.awaitText("#figures", "2\nservices\n");
    }

    @Test
    void eachInstancesShareOfTheTrafficIsShown() throws Exception {
        rollcall.register(Instance.of("orders", "http://10.0.0.2:80")).awaitRegistered(LIMIT);
        browser.visit(console.uri() + "#/services/orders");
        browser.awaitText("#instances", "75 %");
        browser.awaitText("#instances", "25 %");
        browser.awaitText("#services", "req/s");
        Object right = browser.run("return Math.max(...[...document.querySelectorAll('#instances .share')]"
                + ".map(cell => cell.getBoundingClientRect().right))"
                + " <= document.getElementById('instances').getBoundingClientRect().right");
        assertThat(right).as("nothing is cut off").isEqualTo(true);
    }

    /** It is up, and yet nothing is sent to it. */
    @Test
    void whoIsEjectedIsSeenToBeAndWhy() {
        browser.visit(console.uri() + "#/services/orders/10.0.0.1:80");
        browser.awaitText("#details", "10.0.0.1:80");
        ejected = Map.of("10.0.0.1:80", "5 failures in a row");
        browser.awaitText("#instances", "up, ejected");
        browser.awaitText("#details", "the gateway sends it nothing for a while: 5 failures in a row");
        browser.awaitText("#service-summary", "1 up · 1 of them ejected");
        ejected = Map.of();
        browser.awaitGone("#instances", "ejected");
        browser.awaitGone("#details", "ejected");
    }

    /** Browsers keep pages that were left, and have six connections to one host for all of them. */
    @Test
    void pagesThatWereLeftHoldNoConnections() {
        for (int i = 0; i < 8; i++) {
            browser.visit(console.uri());
            browser.awaitText("#pill", "live");
        }
        browser.type("/");
        browser.type("EU-1");
        browser.awaitText("#services", "instance of orders");
    }

    @Test
    void anInstanceIsFoundAcrossServicesByKeyboard() throws Exception {
        rollcall.register(Instance.of("users", "http://10.0.0.3:80")).awaitRegistered(LIMIT);
        browser.awaitText("#services", "users");
        browser.type("/");
        browser.type("EU-1");
        browser.awaitText("#services", "instance of orders");
        browser.type(Keys.ENTER);
        browser.awaitText("#service-name", "orders");
        browser.awaitText("#details", "10.0.0.1:80");
        assertThat(browser.focused()).isEqualTo("instances");
        browser.type("/");
        browser.type(Keys.chord(Keys.CONTROL, "a"), "nowhere");
        browser.awaitText("#services-empty", "No service and no instance matches “nowhere”.");
        assertThat(browser.complaints()).isEmpty();
    }

    private static long pixels(String colour) {
        return (Long) browser.run(PIXELS.formatted(colour));
    }
}
