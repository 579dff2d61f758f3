package dev.rollcall.consul;

import dev.rollcall.Instance;
import java.util.Map;

/**
 * As discox has it: a plain service whose Meta is its attributes. discox calls an instance {@code {service}_{address}}, without the port, so that two on one host take each other's place; here
 * it is {@code {service}_{id}}, which by default has the port. It writes no attributes itself, but reads the whole Meta as such. Stateless.
 */
final class DiscoxLayout implements CatalogLayout {
    private static final char SEPARATOR = '_';

    @Override
    public String name() {
        return "discox";
    }

    @Override
    public String serviceId(String service, String id) {
        return ServiceId.of(service, id, SEPARATOR);
    }

    @Override
    public Map<String, String> meta(Instance instance) {
        return ForeignInstance.weightAsMetadata(instance);
    }

    @Override
    public boolean wrote(CatalogEntry entry) {
        return entry.id.equals(entry.name + SEPARATOR + entry.address);
    }

    @Override
    public void read(CatalogEntry entry, ForeignInstance found) {
        found.weightFromMetadata();
    }
}
