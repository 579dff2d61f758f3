package dev.rollcall.cli;

import static java.util.Objects.requireNonNull;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * The options that most commands share, where they stand in front of the command's name, as users of kubectl and etcdctl write them:
 * {@code rollcall -o json list}. Inheriting them, as picocli would, gives them to commands as well to which they mean nothing.
 */
final class OptionsInFront {
    private static final String OUTPUT = "output in front";
    private static final String REGISTRY = "registry in front";

    private OptionsInFront() {}

    /** Lets a command that only holds others take them. */
    static void addTo(CommandLine holder) {
        holder.addMixin(OUTPUT, new OutputFormat.Choice());
        holder.addMixin(REGISTRY, new RegistryOptions());
    }

    /** Runs the last command named, with what was said in front of it and not again behind it. */
    static final class PassedOn extends RunLast {
        @Override
        protected List<Object> handle(ParseResult parsed) {
            ParseResult last = parsed;
            while (last.hasSubcommand()) {
                last = last.subcommand();
            }
            for (ParseResult above = parsed; above != last; above = above.subcommand()) {
                passOn(OUTPUT, above, last);
                passOn(REGISTRY, above, last);
            }
            return super.handle(parsed);
        }

        private static void passOn(String mixin, ParseResult above, ParseResult command) {
            CommandSpec given = requireNonNull(above.commandSpec().mixins().get(mixin));
            for (OptionSpec option : given.options()) {
                String name = option.longestName();
                if (!above.hasMatchedOption(name) || command.hasMatchedOption(name)) {
                    continue;
                }
                OptionSpec own = command.commandSpec().findOption(name);
                if (own == null) {
                    throw new ParameterException(
                            command.commandSpec().commandLine(),
                            "'" + command.commandSpec().qualifiedName() + "' has no " + name);
                }
                own.setValue(above.matchedOption(name).getValue());
            }
        }
    }
}
