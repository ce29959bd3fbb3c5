package dev.anteroom.cli;

import dev.anteroom.capture.CaptureException;
import dev.anteroom.kernel.KernelException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// The program: `anteroom COMMAND [OPTIONS]`.
public final class Anteroom {
    private static final String USAGE = """
            usage: anteroom COMMAND [OPTIONS]

            What happens to TCP connections before accept(2): the SYN queue and the accept queue.

              lab      stage a surge on this kernel, in private namespaces: what happens, and why
              doctor   examine this host's listeners: what is full, what was dropped, which limit binds, what to do
              explain  captures of others, logs, tables: what happened, how it knows, what else it could be
              surge    open many connections to a server of yours: the fate of each, by phase
              serve    a server to send surges to: pool, virtual, stalled, slow, speak-first, reset
              simulate the same in simulated time, by the rules of any TCP stack
              conform  the simulator held against this kernel: random scenarios, staged and simulated
              size     the backlog that a surge needs, and the one past which it only turns drops into time-outs
              fix      another limit: of a running listener at once, of its server and the host for good; and back

            'anteroom COMMAND --help' tells the options of a command; --version the version; --debug before a
            command shows the stack trace of an error.
            Exit codes: 0 healthy or all served, 1 findings or not all served, 2 wrong usage, 3 could not look or
            not start, 130 stopped by Ctrl-C.
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
        if (System.out.checkError()) {
            code = outputLost();
        }
        System.err.flush();
        Runtime.getRuntime().halt(code.number());
    }

    /// A reader that closed its pipe wanted no more; anything else, a full disk for one, must not pass for success.
    private static ExitCode outputLost() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            if (target.startsWith("pipe:")) {
                return ExitCode.OK;
            }
            System.err.println("anteroom: could not write all output to " + target + "; is the disk full?");
        } catch (IOException closed) {
            System.err.println("anteroom: standard output is closed; nothing could be printed");
        }
        return ExitCode.COULD_NOT_LOOK;
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
        } catch (KernelException | CaptureException refused) {
            return fail(refused, debug, ExitCode.COULD_NOT_LOOK);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return fail(interrupted, debug, ExitCode.COULD_NOT_LOOK);
        } catch (RuntimeException | Error unexpected) {
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

    private static String version() {
        ModuleDescriptor descriptor = Anteroom.class.getModule().getDescriptor();
        return descriptor == null ? "(not packaged)" : descriptor.rawVersion().orElse("(not packaged)");
    }

    private ExitCode dispatch(List<String> words) throws UsageException, InterruptedException {
        if (words.isEmpty()) {
            err.print(USAGE);
            return ExitCode.USAGE;
        }
        List<String> rest = words.subList(1, words.size());
        return switch (words.getFirst()) {
            case "doctor" -> new DoctorCommand(out).run(rest);
            case "surge" -> new SurgeCommand(out, err).run(rest);
            case "serve" -> new ServeCommand(out).run(rest);
            case "lab" -> new LabCommand(out).run(rest);
            case "simulate" -> new SimulateCommand(out).run(rest);
            case "explain" -> new ExplainCommand(out, err).run(rest);
            case "conform" -> new ConformCommand(out, err).run(rest);
            case "size" -> new SizeCommand(out).run(rest);
            case "fix" -> new FixCommand(out, err).run(rest);
            case "help", "-h", "--help" -> {
                out.print(USAGE);
                yield ExitCode.OK;
            }
            case "--version" -> {
                out.println("anteroom " + version());
                yield ExitCode.OK;
            }
            default ->
                throw new UsageException("no command '" + words.getFirst() + "'; 'anteroom --help' lists the commands");
        };
    }
}
