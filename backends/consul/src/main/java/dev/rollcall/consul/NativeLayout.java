package dev.rollcall.consul;

/** Consul's own fields, as {@link RegistrationJson} documents them: what Rollcall writes by default. Stateless. */
final class NativeLayout implements CatalogLayout {
    static final String NAME = "native";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean wrote(CatalogEntry entry) {
        return true;
    }
}
