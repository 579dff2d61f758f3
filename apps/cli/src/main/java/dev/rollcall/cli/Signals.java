package dev.rollcall.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Catches the signals that end a process. The JDK offers that in {@code sun.misc.Signal} alone (module {@code
 * jdk.unsupported}), which is called by reflection, since javac warns of its use and can't be told not to. Where it is
 * missing, or the JVM runs with {@code -Xrs}, signals keep their effect of ending the JVM.
 */
enum Signals {
    HUP(1),
    INT(2),
    TERM(15);

    private final int number;

    Signals(int number) {
        this.number = number;
    }

    /** What a shell reports for a process that this signal ended. */
    int exitCode() {
        return ExitCode.SIGNAL_BASE + number;
    }

    /**
     * From now on runs an action, on a thread of its own, whenever this process gets the signal, which then does nothing else. A
     * signal that this process was started to ignore (as by {@code nohup}) stays ignored.
     */
    void handle(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(),
                    new Class<?>[] {handler},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "equals" -> self == arguments[0];
                        case "hashCode" -> System.identityHashCode(self);
                        case "toString" -> "handler of SIG" + this;
                        default -> {
                            action.run();
                            yield null;
                        }
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name()), proxy);
        } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException | InstantiationException e) {
            // This JDK has no such class: the JVM's own handling stays.
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IllegalArgumentException)) { // that the JVM or the system keeps it to itself
                throw new IllegalStateException("SIG" + this + " can't be handled", e.getCause());
            }
        }
    }
}
