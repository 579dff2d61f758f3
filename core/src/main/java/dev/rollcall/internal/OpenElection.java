package dev.rollcall.internal;

import dev.rollcall.Live;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.coordination.Leader;
import dev.rollcall.coordination.LeaderElection;
import java.util.Optional;

/** An election, which is nothing but its name. */
final class OpenElection implements LeaderElection {
    private final String name;
    private final String inStore;
    private final Coordination coordination;

    OpenElection(String name, String inStore, Coordination coordination) {
        this.name = name;
        this.inStore = inStore;
        this.coordination = coordination;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Candidacy campaign(String candidate) {
        return OpenCandidacy.begin(inStore, Coordination.requireData(candidate), coordination);
    }

    @Override
    public Live<Optional<Leader>> observe() {
        return coordination.observe(inStore, name);
    }

    @Override
    public String toString() {
        return "election " + name;
    }
}
