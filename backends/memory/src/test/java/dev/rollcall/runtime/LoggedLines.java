package dev.rollcall.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What one logger is told, from {@code INFO} on, until this is closed. */
final class LoggedLines implements AutoCloseable {
    private final Logger logger;
    private final Level before;
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    private LoggedLines(Logger logger) {
        this.logger = logger;
        this.before = logger.getLevel();
    }

    /** @param name a class of Rollcall's, without the package {@code dev.rollcall} */
    static LoggedLines of(String name) {
        LoggedLines logged = new LoggedLines((Logger) LoggerFactory.getLogger("dev.rollcall." + name));
        logged.lines.start();
        logged.logger.setLevel(Level.INFO);
        logged.logger.setAdditive(false); // a passing test prints nothing
        logged.logger.addAppender(logged.lines);
        return logged;
    }

    List<String> containing(String part) {
        return lines.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains(part))
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(lines);
        logger.setLevel(before);
        logger.setAdditive(true);
    }
}
