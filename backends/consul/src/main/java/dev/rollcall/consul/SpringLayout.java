package dev.rollcall.consul;

import dev.rollcall.Instance;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * As Spring Cloud Consul has it: names and ids of letters, digits and hyphens that begin with a letter; {@code secure}, {@code zone} and {@code group} in the Meta, and the
 * {@code weight} that Spring Cloud LoadBalancer looks for; before version 3 tags such as {@code zone=eu-1} in their place. Stateless.
 *
 * <p>Spring's discovery client shows an instance whatever its checks say, unless it is told {@code query-passing}; its default check asks
 * {@code /actuator/health} every ten seconds, for which {@code ?check=http:/actuator/health} is.
 */
final class SpringLayout implements CatalogLayout {
    private static final Set<String> SECURE_SCHEMES = Set.of("https", "grpcs", "wss");
    private static final Set<String> METADATA_TAGS = Set.of(MetaKeys.SECURE, MetaKeys.ZONE, "group");

    @Override
    public String name() {
        return "spring";
    }

    /** Spring's own normal form, in which each run of other characters is one hyphen, if there is one. */
    @Override
    public String serviceName(String service) {
        return hasNormalForm(service) ? normal(service) : service;
    }

    @Override
    public void requireWritable(Instance instance) {
        if (!hasNormalForm(instance.service())) {
            throw new IllegalArgumentException(
                    "its service's name begins or ends with something else than Spring Cloud Consul accepts (expected: a letter first, a letter or"
                            + " digit last); choose another layout for it: ?layout." + instance.service() + "=native");
        }
    }

    private static boolean hasNormalForm(String service) {
        return Character.isLetter(service.charAt(0)) && Character.isLetterOrDigit(service.charAt(service.length() - 1));
    }

    /** The normal form of several names may be the same, so a checksum of the name itself follows. */
    @Override
    public String serviceId(String service, String id) {
        CRC32 sum = new CRC32();
        sum.update(ServiceId.of(service, id).getBytes(StandardCharsets.UTF_8));
        return normal(service + "-" + id) + "-" + "%08x".formatted(sum.getValue());
    }

    private static String normal(String text) {
        StringBuilder normal = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                normal.append(c);
            } else if (i == 0 || normal.charAt(normal.length() - 1) != '-') {
                normal.append('-');
            }
        }
        return normal.toString();
    }

    @Override
    public Map<String, String> meta(Instance instance) {
        Map<String, String> meta = new LinkedHashMap<>(ForeignInstance.weightAsMetadata(instance));
        meta.put(
                MetaKeys.SECURE,
                Boolean.toString(SECURE_SCHEMES.contains(instance.endpoint().scheme())));
        return meta;
    }

    @Override
    public boolean wrote(CatalogEntry entry) {
        return entry.meta.containsKey(MetaKeys.SECURE)
                || entry.tags.stream().anyMatch(tag -> tag.startsWith(MetaKeys.SECURE + "="));
    }

    @Override
    public void read(CatalogEntry entry, ForeignInstance found) {
        found.tags.removeIf(tag -> {
            int equals = tag.indexOf('=');
            boolean said = equals > 0 && METADATA_TAGS.contains(tag.substring(0, equals));
            if (said) {
                found.metadata.putIfAbsent(tag.substring(0, equals), tag.substring(equals + 1));
            }
            return said;
        });
        String zone = found.metadata.remove(MetaKeys.ZONE);
        found.zone = found.zone.isEmpty() && zone != null ? zone : found.zone;
        found.scheme = "true".equalsIgnoreCase(found.metadata.get(MetaKeys.SECURE)) ? "https" : "http";
        found.weightFromMetadata();
    }
}
