package dev.rollcall.gateway;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The routes in force: those written in the store, or while nothing is, those by name. A text that is wrong leaves the last good one in
 * force. Safe for use by many threads.
 */
final class LiveRoutes implements AutoCloseable {
    private final Live<Routes> live;
    private final String key;
    private final Consumer<String> listener;
    private String lastTold = "";

    LiveRoutes(Rollcall rollcall, String key, Policy defaults, Consumer<String> listener) {
        this.key = key;
        this.listener = listener;
        this.live = rollcall.config().follow(key, RulesText.decoder(defaults), Routes.byName(defaults));
        live.listen(this::tell);
    }

    /** The routes in force; null while none are known, as the store has not answered or what it has was wrong from the start. */
    @Nullable
    Routes known() {
        Reading<Routes> reading = live.reading();
        if (reading instanceof Reading.Fresh<Routes> fresh) {
            return fresh.known();
        }
        return reading instanceof Reading.Stale<Routes> stale ? stale.known() : null;
    }

    /** Whether the routes in force are those in the store. */
    boolean isCurrent() {
        return live.reading() instanceof Reading.Fresh;
    }

    /** Why there are no routes, for clients: where the store is and what is written in it is not for them; the rules' listener is told that. */
    String problem() {
        StoreException cause = live.reading() instanceof Reading.Pending<Routes> pending ? pending.cause() : null;
        if (cause == null) {
            return "the registry has not answered yet";
        }
        return cause.concernsWholeStore()
                ? "the registry has not answered since the start"
                : "what the registry has as rules can't be used";
    }

    /** Called one at a time; says what is new, once. */
    private void tell(Reading<Routes> reading) {
        String news = news(reading).replaceAll("\\s+", " "); // YAML's own messages have several lines
        if (!news.isEmpty() && !news.equals(lastTold)) {
            lastTold = news;
            listener.accept(news);
        }
    }

    private String news(Reading<Routes> reading) {
        if (reading instanceof Reading.Fresh<Routes> fresh) {
            int count = fresh.known().rules().size();
            if (count == 0 && fresh.known().byName() && lastTold.isEmpty()) {
                return ""; // as it is without rules
            }
            return "rules at " + key + ": " + count + (count == 1 ? " rule" : " rules") + " in force"
                    + (fresh.known().byName() ? ", then /SERVICE/..." : "");
        }
        if (reading instanceof Reading.Stale<Routes> stale && !stale.cause().concernsWholeStore()) {
            return "rules at " + key + " not taken, those before stay in force: "
                    + stale.cause().getMessage();
        }
        StoreException cause = reading instanceof Reading.Pending<Routes> pending ? pending.cause() : null;
        return cause == null || cause.concernsWholeStore() // an outage is no fault of the rules, and heals by itself
                ? ""
                : "rules at " + key + " not taken, and there are none before: requests get 503: " + cause.getMessage();
    }

    @Override
    public void close() {
        live.close();
    }
}
