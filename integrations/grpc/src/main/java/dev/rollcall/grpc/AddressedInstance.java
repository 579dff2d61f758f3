package dev.rollcall.grpc;

import dev.rollcall.Instance;
import io.grpc.EquivalentAddressGroup;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/**
 * The instance behind an address: what the resolver says of it or, where that is not Rollcall's, what can be said of an
 * address. Never fails, as that would break the channel.
 */
final class AddressedInstance {
    private static final String ANY_SERVICE = "addresses";
    private static final int MAX_ID_CHARS = 1000;

    private AddressedInstance() {}

    /** The service that the addresses are of; the first one's if they are of several. */
    static String service(List<EquivalentAddressGroup> groups) {
        return groups.stream()
                .map(group -> group.getAttributes().get(RollcallGrpc.INSTANCE))
                .filter(known -> known != null)
                .map(Instance::service)
                .findFirst()
                .orElse(ANY_SERVICE);
    }

    static Instance of(EquivalentAddressGroup group, String service) {
        Instance known = group.getAttributes().get(RollcallGrpc.INSTANCE);
        if (known != null && known.service().equals(service)) {
            return known;
        }
        Instance any = Instance.of(service, endpoint(group.getAddresses().get(0)))
                .withId(id(group.getAddresses().toString()));
        return known == null ? any : any.withWeight(known.weight()).withZone(known.zone());
    }

    private static String endpoint(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return "grpc://unknown:0";
        }
        String host = inet.getAddress().getHostAddress();
        return "grpc://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
    }

    private static String id(String text) {
        String visible = text.replace('/', '|').replaceAll("[^!-~]", "_");
        return visible.substring(0, Math.min(visible.length(), MAX_ID_CHARS));
    }
}
