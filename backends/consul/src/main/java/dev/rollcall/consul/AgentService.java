package dev.rollcall.consul;

import dev.rollcall.Status;
import dev.rollcall.StoreException;
import dev.rollcall.consul.ConsulSettings.HostPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the agent has under one service id: the requests that write, renew, look at and remove it. Knows nothing of what they are sent for. On the
 * serial thread.
 */
final class AgentService {
    private static final byte[] PASSING = "{\"Status\":\"passing\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NOTHING = {};

    /** What the heartbeat of an instance says that lives and isn't up. */
    static final String WARNING = "warning";

    private final Requests requests;
    private final Failures failures;
    private final String id;
    private final String owner;

    /** Whose the entry under the id is. */
    enum Holder {
        NOBODY,
        US,
        OTHERS,
        OTHERS_BUT_DEAD
    }

    /** What became of a write; one of the two is called, once. */
    interface Outcome {
        void done();

        /**
         * It failed.
         *
         * @param maybeDone whether the agent may have carried it out, or may yet
         */
        void failed(StoreException cause, boolean maybeDone);
    }

    /** What became of a renewal; one of the three is called, once. */
    interface Renewal {
        void renewed();

        /** The agent has no such check any more. */
        void unknown();

        void failed(StoreException cause);
    }

    /**
     * A service that may or may not exist.
     *
     * @param owner what the ids of this owner's checks begin with
     */
    AgentService(Requests requests, Failures failures, String id, String owner) {
        this.requests = requests;
        this.failures = failures;
        this.id = id;
        this.owner = owner;
    }

    String id() {
        return id;
    }

    /** Writes it, in place of whatever is there with all its checks. */
    void register(byte[] body, Outcome outcome) {
        Call call = Call.put("/v1/agent/service/register", "replace-existing-checks=true", body);
        requests.send(call, new WriteReply(call, false, outcome));
    }

    /**
     * Keeps a check from becoming critical for another TTL.
     *
     * @param status what the instance is: the check passes if it is up, and warns otherwise
     * @param urgent whether it goes ahead of registrations
     */
    void renew(String checkId, Status status, boolean urgent, Renewal renewal) {
        Call call = Call.put("/v1/agent/check/update/" + Call.part(checkId), "", stateOfCheck(status));
        Requests.Reply reply = new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                if (answer.isOk()) {
                    renewal.renewed();
                } else if (isUnknownCheck(answer)) {
                    renewal.unknown();
                } else {
                    renewal.failed(failures.refused(agent, call, answer));
                }
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                renewal.failed(cause);
            }
        };
        if (urgent) {
            requests.sendSoon(call, reply);
        } else {
            requests.send(call, reply);
        }
    }

    private static byte[] stateOfCheck(Status status) {
        return status == Status.UP
                ? PASSING
                : ("{\"Status\":\"" + WARNING + "\",\"Output\":\"" + StatusName.of(status) + "\"}")
                        .getBytes(StandardCharsets.UTF_8);
    }

    /** Agents before 1.12 answer 500 for a check that they don't have, later ones 404. */
    private static boolean isUnknownCheck(Answer answer) {
        String text = Failures.text(answer).toLowerCase(Locale.ROOT);
        return answer.status() == 404
                || text.contains("does not have associated ttl")
                || text.contains("unknown check");
    }

    /** Finds out whose it is. */
    void look(Consumer<Holder> reader, Consumer<StoreException> onFailure) {
        Call call = Call.get("/v1/agent/health/service/id/" + Call.part(id), "");
        requests.sendSoon(call, new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                switch (answer.status()) {
                    case 404 -> reader.accept(Holder.NOBODY);
                    // what HTTP says of a service that passes, warns, or is critical
                    case 200, 429, 503 -> {
                        try {
                            reader.accept(holder(CatalogReader.agentHealth(answer.body())));
                        } catch (IOException e) {
                            onFailure.accept(failures.unreadable(agent, call, e));
                        }
                    }
                    default -> onFailure.accept(failures.refused(agent, call, answer));
                }
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                onFailure.accept(cause);
            }
        });
    }

    private Holder holder(@Nullable CatalogEntry entry) {
        if (entry == null) {
            return Holder.NOBODY;
        }
        if (entry.meta.getOrDefault(MetaKeys.CHECK, "").startsWith(owner)) {
            return Holder.US;
        }
        return entry.isDead() ? Holder.OTHERS_BUT_DEAD : Holder.OTHERS;
    }

    /** Removes it, whoever it belongs to. That it wasn't there is success. */
    void deregister(Outcome outcome) {
        Call call = deregistration();
        requests.send(call, new WriteReply(call, true, outcome));
    }

    /** The same, even when requests are closed. */
    void deregisterLast(Outcome outcome) {
        Call call = deregistration();
        requests.sendLast(call, new WriteReply(call, true, outcome));
    }

    private Call deregistration() {
        return Call.put("/v1/agent/service/deregister/" + Call.part(id), "", NOTHING);
    }

    private final class WriteReply implements Requests.Reply {
        private final Call call;
        private final boolean absentIsFine;
        private final Outcome outcome;

        WriteReply(Call call, boolean absentIsFine, Outcome outcome) {
            this.call = call;
            this.absentIsFine = absentIsFine;
            this.outcome = outcome;
        }

        @Override
        public void answered(HostPort agent, Answer answer) {
            if (answer.isOk() || (absentIsFine && answer.status() == 404)) {
                outcome.done();
            } else {
                outcome.failed(failures.refused(agent, call, answer), false);
            }
        }

        @Override
        public void failed(StoreException cause, boolean sent) {
            outcome.failed(cause, sent);
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
