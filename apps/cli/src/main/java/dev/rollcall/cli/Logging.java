package dev.rollcall.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Configures Logback in code: silent, or with {@code --verbose} on standard error. Parsing a configuration file would cost
 * each start a tenth of a second.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {
    private static volatile boolean verbose;

    /**
     * To be called before anything logs. gRPC logs with {@code java.util.logging}, whose own default is to print warnings on
     * standard error.
     */
    static void start() {
        System.setProperty("java.util.logging.config.class", NoHandlers.class.getName());
    }

    /** Asks for log lines and stack traces; to be called before anything logs. */
    static void beVerbose() {
        verbose = true;
        System.clearProperty("java.util.logging.config.class");
    }

    static boolean isVerbose() {
        return verbose;
    }

    /** A configuration of {@code java.util.logging} that consists of nothing. */
    public static final class NoHandlers {
        /** Called by the JDK. */
        public NoHandlers() {}
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (!verbose) {
            context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
            return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{HH:mm:ss.SSS} %-5level [%thread] %logger{20} %msg%n");
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        context.getLogger("dev.rollcall").setLevel(Level.DEBUG);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
