package dev.anteroom.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A network namespace of its own with a Python program in it, which stages what a test looks at. Ends with its
/// processes, and so does all that it holds.
final class PrivateHost implements AutoCloseable {
    private static final String PRELUDE = """
            import os, socket, subprocess, sys, time
            def set(name, value):
                with open('/proc/sys/' + name, 'w') as f: f.write(str(value))
            def listen(address, port, backlog, family=socket.AF_INET, reuseport=False, v6only=False):
                s = socket.socket(family)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if reuseport: s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(v6only))
                s.bind((address, port)); s.listen(backlog)
                return s
            clients = []
            def connect(address, port, count, family=socket.AF_INET):
                for _ in range(count):
                    c = socket.socket(family); c.setblocking(False)
                    try: c.connect((address, port))
                    except BlockingIOError: pass
                    clients.append(c)
            def counter(name):
                lines = open('/proc/thread-self/net/netstat').read().split('\\n')
                return int(dict(zip(lines[0].split(), lines[1].split()))[name])
            def until(condition):
                deadline = time.monotonic() + 20
                while not condition():
                    if time.monotonic() > deadline: sys.exit('what was staged did not happen')
                    time.sleep(0.01)
            subprocess.check_call(['ip', 'link', 'set', 'lo', 'up'])
            """;
    private static final String EPILOGUE = """

            print('ready', flush=True)
            sys.stdin.read()
            """;

    private final Process process;

    private PrivateHost(Process process) {
        this.process = process;
    }

    /// Runs a Python program in a new network namespace until it has staged everything.
    static PrivateHost staging(String program) throws IOException {
        Process process = new ProcessBuilder("unshare", "-n", "python3", "-c", PRELUDE + program + EPILOGUE)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        while (line != null && !line.equals("ready")) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("the staged program ended early");
        }
        return new PrivateHost(process);
    }

    /// The process id of the program; unshare(1) execs it, so it is that of the child.
    String pid() {
        return Long.toString(process.pid());
    }

    /// What a command prints in this namespace.
    String run(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("nsenter", "-t", pid(), "-n"));
        words.addAll(Arrays.asList(command));
        return output(words.toArray(String[]::new));
    }

    /// What a command prints.
    static String output(String... command) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream out = child.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            child.waitFor();
            return text;
        }
    }

    /// Asks the program to end: it waits for the end of its input. Its children are ended first.
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        try {
            process.getOutputStream().close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException closedAlready) {
            throw new UncheckedIOException(closedAlready);
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
