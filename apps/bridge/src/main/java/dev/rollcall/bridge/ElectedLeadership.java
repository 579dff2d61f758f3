package dev.rollcall.bridge;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.Subscription;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.coordination.CandidacyState;
import dev.rollcall.coordination.Leader;
import dev.rollcall.coordination.LeaderElection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The bridges of a name elect one, in the target store, with a client and a lease of this one's own. */
final class ElectedLeadership implements Leadership {
    private static final String ELECTIONS = "rollcall-bridge/";

    private final Rollcall client;
    private final LeaderElection election;
    private final String candidate = ProcessHandle.current().pid() + "@" + host() + " " + UUID.randomUUID();
    private @Nullable Candidacy candidacy;
    private @Nullable Live<Optional<Leader>> observed;
    private @Nullable Subscription leading;
    private @Nullable Subscription observing;

    /**
     * Prepares to take part.
     *
     * @param client closed with this
     * @throws IllegalArgumentException if the store has no elections
     */
    ElectedLeadership(Rollcall client, String name) {
        this.client = client;
        try {
            this.election = client.election(ELECTIONS + name);
        } catch (UnsupportedOperationException e) {
            var unused = client.closeAsync();
            throw new IllegalArgumentException(
                    "to: this store can't elect a leader among bridges (" + e.getMessage()
                            + "; expected: a bridge that is the only one, and says so: elected(false), on the command"
                            + " line --alone)",
                    e);
        }
    }

    @Override
    public void start(Executor executor, Consumer<Standing> listener) {
        Candidacy opened = election.campaign(candidate);
        Live<Optional<Leader>> others = election.observe();
        candidacy = opened;
        observed = others;
        leading = opened.listen(executor, state -> listener.accept(standing(opened, others)));
        observing = others.listen(executor, reading -> listener.accept(standing(opened, others)));
    }

    private Standing standing(Candidacy candidacy, Live<Optional<Leader>> others) {
        if (candidacy.state().phase() == CandidacyState.Phase.LEADING) {
            return Standing.SELF;
        }
        Reading<Optional<Leader>> leader = others.reading();
        if (leader.value().isEmpty()) {
            return Standing.UNKNOWN;
        }
        // Right after this one resigned, what is observed may still be itself.
        return leader.value()
                        .get()
                        .filter(one -> !one.candidate().equals(candidate))
                        .isPresent()
                ? Standing.ANOTHER
                : Standing.NOBODY;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown host";
        }
    }

    @Override
    public CompletableFuture<Void> resign() {
        return candidacy == null ? CompletableFuture.completedFuture(null) : candidacy.closeAsync();
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        if (leading != null) {
            leading.close();
        }
        if (observing != null) {
            observing.close();
        }
        if (observed != null) {
            observed.close();
        }
        return client.closeAsync();
    }
}
