package dev.rollcall.health;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Instance;
import dev.rollcall.internal.JsonMembers;
import java.util.Map;

/**
 * Who a process says it is, so that consumers can tell it from a stranger that has got its address. A provider serves
 * {@link #toJson()} at a path of its HTTP endpoint, by default {@link #PATH}; consumers ask with {@link HttpIdentityProbe}.
 * Immutable.
 *
 * @param service the service's name
 * @param id the instance's id
 */
public record Identity(String service, String id) {
    /** Where consumers look by default. */
    public static final String PATH = "/.well-known/rollcall";

    /** What to send the document as. */
    public static final String MEDIA_TYPE = "application/json";

    public Identity {
        requireNonNull(service, "service");
        requireNonNull(id, "id");
    }

    /** Who this instance is. */
    public static Identity of(Instance instance) {
        return new Identity(instance.service(), instance.id());
    }

    /** {@code {"service":"orders","id":"10.0.0.5:8080"}}: pure ASCII, so it is the same in every usual encoding. */
    public String toJson() {
        return "{\"service\":" + JsonMembers.quoted(service) + ",\"id\":" + JsonMembers.quoted(id) + "}";
    }

    /**
     * The name under which a gRPC server says the same: a service of its health service, with any status. Consumers ask with
     * {@code GrpcIdentityProbe} of {@code rollcall-health-grpc}; {@code RollcallGrpcServer} of {@code rollcall-grpc} sets it.
     */
    public String healthServiceName() {
        return "rollcall:" + service + "/" + id;
    }

    /**
     * Reads such a document. Members other than {@code service} and {@code id} are passed over, so a provider may put the
     * two into a document of its own.
     *
     * @throws IllegalArgumentException if it isn't a JSON object with these two strings
     */
    public static Identity parse(String json) {
        Map<String, String> members = JsonMembers.strings(json);
        String service = members.get("service");
        String id = members.get("id");
        if (service == null || id == null) {
            throw new IllegalArgumentException("no identity (expected: a JSON object with the strings service and id)");
        }
        return new Identity(service, id);
    }
}
