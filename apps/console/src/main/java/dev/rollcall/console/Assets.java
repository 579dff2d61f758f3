package dev.rollcall.console;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page's files, as they lie in this jar. Immutable. */
final class Assets {
    private static final List<String> FILES = List.of(
            "index.html",
            "console.css",
            "theme.js",
            "main.js",
            "feed.js",
            "store.js",
            "services.js",
            "instances.js",
            "timeline.js",
            "churn.js",
            "config.js",
            "overrides.js",
            "rows.js",
            "words.js",
            "icon.svg");

    private final Map<String, Asset> byPath = new HashMap<>();

    /** @param tag changes with the content, for caches */
    record Asset(String type, Buffer content, String tag) {}

    Assets() {
        FILES.forEach(file -> byPath.put("/" + file, read(file)));
        byPath.put("/", read("index.html"));
    }

    @Nullable
    Asset at(String path) {
        return byPath.get(path);
    }

    private static Asset read(String file) {
        try (InputStream in = Assets.class.getResourceAsStream("page/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the console's file " + file + " is missing in its jar");
            }
            byte[] content = in.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return new Asset(
                    typeOf(file), Buffer.buffer(content), '"' + HexFormat.of().formatHex(digest, 0, 8) + '"');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static String typeOf(String file) {
        return switch (file.substring(file.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException(file);
        };
    }
}
