package dev.rollcall.console;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real Chromium without a window. */
final class Browser implements AutoCloseable {
    /** What is missing, in words for whoever reads why tests were skipped. */
    static final String MISSING = "the browser tests need chromium and chromedriver on PATH"
            + " (Debian: apt-get install --no-install-recommends chromium chromium-driver)";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    static boolean isInstalled() {
        return find("chromium", "chromium-browser", "google-chrome").isPresent()
                && find("chromedriver").isPresent();
    }

    static Browser open() {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(find("chromium", "chromium-browser", "google-chrome").orElseThrow());
        // Its sandbox needs a user other than root, which tests in a container don't have.
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(find("chromedriver").orElseThrow())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    /** As a screen of this size, with the colours that the system is set to. */
    void beScreen(int width, int height, String colours) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
    }

    void visit(String uri) {
        driver.get("about:blank");
        driver.manage().logs().get(LogType.BROWSER);
        driver.get(uri);
    }

    /** Waits until an element shows a text. */
    void awaitText(String selector, String text) {
        await(selector + " shows " + text)
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> text(selector).contains(text));
    }

    void awaitGone(String selector, String text) {
        await(selector + " no longer shows " + text)
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> !text(selector).contains(text));
    }

    String text(String selector) {
        return driver.findElement(By.cssSelector(selector)).getText();
    }

    boolean isShown(String selector) {
        return driver.findElement(By.cssSelector(selector)).isDisplayed();
    }

    void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    /** Types into whatever has the focus. */
    void type(CharSequence... keys) {
        WebElement focused = driver.switchTo().activeElement();
        focused.sendKeys(keys);
    }

    /** Types as many times. */
    void type(Keys key, int times) {
        for (int i = 0; i < times; i++) {
            type(key);
        }
    }

    /** The id of the element that has the focus. */
    String focused() {
        return String.valueOf(driver.switchTo().activeElement().getDomAttribute("id"));
    }

    Object run(String script) {
        return driver.executeScript(script);
    }

    /** What the browser complained about since the page was visited, such as errors and violated policies. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }

    private static Optional<File> find(String... names) {
        return Stream.of(names)
                .flatMap(name -> Arrays.stream(
                                System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .map(Path::toFile)
                .findFirst();
    }
}
