package dev.rollcall.formats;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A provider of one interface, as Dubbo's registries of the interface level write it: everything is in a URL, which is the entry's name.
 *
 * <pre>{@code
 * dubbo://10.0.0.1:20880/com.x.Api?application=a&interface=com.x.Api&side=provider&version=1.0.0&weight=100&methods=…
 * }</pre>
 *
 * <p>The parameters are the instance's metadata, but for {@code interface}, {@code side}, {@code version} and {@code weight}. To Dubbo no weight
 * means {@value #DEFAULT_WEIGHT}; {@code enabled=false} means {@linkplain Status#OUT_OF_SERVICE out of service}. An endpoint that says no scheme,
 * which is {@code tcp}, is written as {@code dubbo}. What Dubbo has no place for is written as {@link OwnFields}.
 *
 * <p>To Dubbo another URL is another provider, even where only a weight has changed, so the {@linkplain #id id} follows from the URL. URLs here are as they
 * are before they are escaped for a path ({@link GoQuery}). Safe for use by many threads.
 */
public final class DubboUrl {
    private static final int DEFAULT_WEIGHT = 100;
    private static final int MAX_CHARS = 512 * 1024;
    private static final int ID_BYTES = 8;
    /** Beside what has a meaning in a URL of its own. */
    private static final String ESCAPED = "%&=?#+;";

    private static final Set<String> FIELDS = Set.of("interface", "side", "version", "weight");

    private final Interner strings;

    /**
     * Makes one.
     *
     * @param strings shares what repeats among instances
     */
    public DubboUrl(Interner strings) {
        this.strings = strings;
    }

    /** The URL for an instance; its own id is not kept. The parameters are in the order of their names, as Dubbo has them. */
    public String write(Instance instance) {
        String scheme = instance.endpoint().scheme().equals("tcp")
                ? "dubbo"
                : instance.endpoint().scheme();
        Endpoint endpoint = new Endpoint(
                scheme, instance.endpoint().host(), instance.endpoint().port());
        Map<String, String> fields = new HashMap<>();
        fields.put("interface", instance.service());
        fields.put("side", "provider");
        fields.put("weight", Integer.toString(instance.weight()));
        if (!instance.version().isEmpty()) {
            fields.put("version", instance.version());
        }
        Map<String, String> all = new HashMap<>(instance.metadata());
        all.keySet().removeAll(FIELDS);
        all.putAll(fields);
        Map<String, String> parameters = new TreeMap<>(
                OwnFields.write(instance, understood(instance.service(), instance.id(), endpoint, all), FIELDS));
        parameters.putAll(fields);
        StringBuilder url = new StringBuilder(256).append(endpoint).append('/').append(instance.service());
        char separator = '?';
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            url.append(separator);
            append(url, parameter.getKey());
            url.append('=');
            append(url, parameter.getValue());
            separator = '&';
        }
        return url.toString();
    }

    private Instance understood(String service, String id, Endpoint endpoint, Map<String, String> parameters) {
        return new Instance(
                service,
                id,
                List.of(endpoint),
                OwnFields.foreignWeight(parameters.getOrDefault("weight", ""), DEFAULT_WEIGHT),
                "false".equals(parameters.get("enabled")) ? Status.OUT_OF_SERVICE : Status.UP,
                "",
                strings.share(parameters.getOrDefault("version", "")),
                Map.of());
    }

    /**
     * The id that the provider of a URL has: its address and, as there may be several at one, 16 digits that stand for the whole URL. Never throws;
     * what isn't a URL has some id too.
     */
    public static String id(String url) {
        byte[] digest;
        try {
            digest = MessageDigest.getInstance("SHA-256").digest(url.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        return authority(url) + "-" + HexFormat.of().formatHex(digest, 0, ID_BYTES);
    }

    /**
     * Reads a URL.
     *
     * @param service the interface that the entry's place says
     * @throws IllegalArgumentException if it isn't a provider's; the message says why in one line
     */
    public Instance read(String service, String url) {
        if (url.length() > MAX_CHARS) {
            throw new IllegalArgumentException(
                    "URL: " + url.length() + " characters (expected: up to " + MAX_CHARS + ")");
        }
        int colon = url.indexOf("://");
        if (colon <= 0) {
            throw new IllegalArgumentException(
                    "not a URL (expected: such as dubbo://host:port/interface?side=provider)");
        }
        Endpoint address = Endpoint.parse(authority(url));
        Endpoint endpoint = new Endpoint(
                strings.share(url.substring(0, colon).toLowerCase(Locale.ROOT)), address.host(), address.port());
        Map<String, String> parameters = parameters(url);
        Instance understood = understood(service, id(url), endpoint, parameters);
        parameters.keySet().removeAll(FIELDS);
        return OwnFields.restore(understood, parameters);
    }

    private Map<String, String> parameters(String url) {
        Map<String, String> parameters = new HashMap<>();
        int question = url.indexOf('?');
        int from = question < 0 ? url.length() : question + 1;
        while (from < url.length()) {
            int ampersand = url.indexOf('&', from);
            int to = ampersand < 0 ? url.length() : ampersand;
            String parameter = url.substring(from, to);
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                String key = strings.share(unescaped(parameter.substring(0, equals)));
                parameters.put(key, strings.share(unescaped(parameter.substring(equals + 1))));
            }
            from = to + 1;
        }
        return parameters;
    }

    /** What stands between the scheme, and a user's name if there is one, and the path. */
    private static String authority(String url) {
        int colon = url.indexOf("://");
        int from = colon < 0 ? 0 : colon + 3;
        int to = from;
        while (to < url.length() && url.charAt(to) != '/' && url.charAt(to) != '?') {
            to++;
        }
        return url.substring(Math.max(from, url.lastIndexOf('@', to - 1) + 1), to);
    }

    /** Dubbo escapes nothing inside of the URL; so a text that would be taken for another one is, in ASCII, by us. */
    private static void append(StringBuilder url, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 0x7f || ESCAPED.indexOf(c) >= 0) {
                url.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            } else {
                url.append(c);
            }
        }
    }

    private static String unescaped(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int code = c == '%' && i + 2 < text.length() ? code(text.charAt(i + 1), text.charAt(i + 2)) : -1;
            if (code >= 0) {
                plain.append((char) code);
                i += 2;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /** The character of ASCII that two hex digits stand for, or -1 if they don't. */
    private static int code(char high, char low) {
        if (!HexFormat.isHexDigit(high) || !HexFormat.isHexDigit(low)) {
            return -1;
        }
        int code = HexFormat.fromHexDigits("" + high + low);
        return code < 0x80 ? code : -1;
    }
}
