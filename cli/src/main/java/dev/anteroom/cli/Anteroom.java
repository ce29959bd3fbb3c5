package dev.anteroom.cli;

import dev.anteroom.kernel.KernelException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// The program: `anteroom COMMAND [OPTIONS]`.
public final class Anteroom {
    private static final String USAGE = """
            usage: anteroom COMMAND [OPTIONS]

            What happens to TCP connections before accept(2): the SYN queue and the accept queue.

              doctor   examine this host's listeners: what is full, what was dropped, which limit binds, what to do

            'anteroom COMMAND --help' tells the options of a command; --version the version; --debug before a
            command shows the stack trace of an error.
            Exit codes: 0 healthy, 1 findings, 2 wrong usage, 3 could not look.
            """;

    private final PrintStream out;
    private final PrintStream err;

    /// A program that prints to the given streams.
    public Anteroom(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// Runs the command and ends the JVM with its exit code. Nothing waits for a shutdown hook, and without them
    /// the JVM ends some milliseconds earlier: System.exit first looks for a logger.
    static void main(String[] arguments) {
        ExitCode code = new Anteroom(System.out, System.err).run(arguments);
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(code.number());
    }

    /// Runs one command. Expected errors become one line on the error stream.
    public ExitCode run(String... arguments) {
        List<String> words = Arrays.asList(arguments);
        boolean debug = words.contains("--debug");
        try {
            return dispatch(
                    words.stream().filter(word -> !word.equals("--debug")).toList());
        } catch (UsageException wrong) {
            return fail(wrong, debug, ExitCode.USAGE);
        } catch (KernelException refused) {
            return fail(refused, debug, ExitCode.COULD_NOT_LOOK);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return fail(interrupted, debug, ExitCode.COULD_NOT_LOOK);
        } catch (RuntimeException | LinkageError unexpected) {
            err.println("anteroom: unexpected " + unexpected.getClass().getSimpleName() + ": " + unexpected.getMessage()
                    + "; run again with --debug and report what it prints");
            if (debug) {
                unexpected.printStackTrace(err);
            }
            return ExitCode.COULD_NOT_LOOK;
        }
    }

    private ExitCode fail(Exception problem, boolean debug, ExitCode code) {
        err.println("anteroom: " + Objects.requireNonNullElse(problem.getMessage(), "interrupted"));
        if (debug) {
            problem.printStackTrace(err);
        }
        return code;
    }

    private ExitCode dispatch(List<String> words) throws UsageException, InterruptedException {
        if (words.isEmpty()) {
            err.print(USAGE);
            return ExitCode.USAGE;
        }
        List<String> rest = words.subList(1, words.size());
        return switch (words.getFirst()) {
            case "doctor" -> new DoctorCommand(out).run(rest);
            case "help", "-h", "--help" -> {
                out.print(USAGE);
                yield ExitCode.OK;
            }
            case "--version" -> {
                out.println("anteroom "
                        + Objects.requireNonNullElse(
                                Anteroom.class.getPackage().getImplementationVersion(), "(unpackaged)"));
                yield ExitCode.OK;
            }
            default ->
                throw new UsageException("no command '" + words.getFirst() + "'; 'anteroom --help' lists the commands");
        };
    }
}
