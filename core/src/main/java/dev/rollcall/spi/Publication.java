package dev.rollcall.spi;

import dev.rollcall.Instance;
import java.util.concurrent.CompletionStage;

/**
 * One entry that a backend holds in its store for as long as this process lives. The core calls {@link #put}, {@link #farewell} and {@link #remove} one at a
 * time: never before the stage of the call before has completed.
 *
 * <p>Every stage completes, by an answer or at the deadline, normally or with a {@link dev.rollcall.StoreException}. After a failure
 * it is unknown whether the store carried the request out, and the core will call again.
 */
public interface Publication {

    /**
     * Writes the instance under the backend's live lease or session, in place of whatever is there; grants the lease first if there is
     * none. Completes when the store has confirmed it.
     *
     * <p>An entry of the same name that <em>another</em> lease or session holds is a dying predecessor, as a rule: it is replaced at
     * once, in one step with no moment of absence where the store can do that, and must not take ours along when it dies.
     */
    CompletionStage<Void> put(Instance instance);

    /**
     * Says farewell: writes the instance, marked as leaving, if the entry is still ours, and otherwise changes nothing. {@link #remove} follows, at once or after a grace, whatever
     * becomes of this. What a layout can't mark it removes.
     *
     * <p>By default as {@link #put}, for stores that can't compare: there what another process has put in our place a moment ago is overwritten.
     */
    default CompletionStage<Void> farewell(Instance leaving) {
        return put(leaving);
    }

    /**
     * Removes the entry if it is ours (one that another process has put in our place stays), and ends this publication: from the call on the
     * listener isn't called, and from completion on nothing that this publication did earlier brings the entry back, not even a
     * {@link #put} that went unanswered. Called again after a failure.
     */
    CompletionStage<Void> remove();
}
