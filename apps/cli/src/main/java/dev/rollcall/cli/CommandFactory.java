package dev.rollcall.cli;

import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes the commands that write: those with a constructor that takes a {@link Terminal}. */
final class CommandFactory implements IFactory {
    private final IFactory others = CommandLine.defaultFactory();
    private final Terminal terminal;

    CommandFactory(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception { // picocli's signature
        try {
            return type.getDeclaredConstructor(Terminal.class).newInstance(terminal);
        } catch (NoSuchMethodException e) {
            return others.create(type);
        }
    }
}
