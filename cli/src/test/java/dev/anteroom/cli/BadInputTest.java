package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every mistake gives one line that names it, and the exit code that says whose it is.
class BadInputTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "doctor --no-such-flag | no option --no-such-flag",
                "doctor -x | no option -x",
                "doctor extra | no 'extra'",
                "doctor --port | --port needs a PORT",
                "doctor --port 0 | --port takes a whole number from 1 to 65535, not '0'",
                "doctor --port 65536 | not '65536'",
                "doctor --port http | not 'http'",
                "doctor --pid -1 | --pid",
                "doctor --window soon | --window takes a time",
                "doctor --window -1s | --window",
                "doctor --window 2h | not '2h'",
                "doctor --window 999999999999999m | --window takes a time",
                "doctor --window 1e30 | --window takes a time",
                "doctor --netns= | --netns needs a name",
                "surge | surge needs a target",
                "surge localhost | surge takes HOST:PORT",
                "surge localhost:0 | surge takes HOST:PORT",
                "surge ftp://localhost:21/ | surge takes HOST:PORT",
                "surge localhost:80 extra | surge takes no 'extra'",
                "surge 127.0.0.1:9 -n 0 | --connections takes a whole number from 1",
                "surge 127.0.0.1:9 --rate 5 --waves 2 | --rate and --waves exclude each other",
                "surge 127.0.0.1:9 --poisson | --poisson needs --rate",
                "surge 127.0.0.1:9 --every 1s | --every needs --waves",
                "surge 127.0.0.1:9 --server-first --connect-only | exclude each other",
                "surge 127.0.0.1:9 --header nonsense | --header takes",
                "surge 127.0.0.1:9 --insecure | --insecure needs --tls",
                "surge 127.0.0.1:9 --patience 0 | --patience takes a time above 0",
                "surge 127.0.0.1:9 --source here | --source takes addresses",
                "surge 203.0.113.7:9 | --i-own-this-target",
                "serve | serve needs a kind: pool, virtual, stalled, slow, speak-first, reset",
                "serve fast | serve has no kind 'fast', but pool, virtual, stalled, slow, speak-first, reset",
                "serve pool pool | serve takes no 'pool'",
                "serve pool --port 65536 | --port takes a whole number from 0 to 65535, not '65536'",
                "serve pool --backlog 0 | --backlog takes a whole number from 1 to 2147483647, not '0'",
                "serve pool --backlog 99999999999 | not '99999999999'",
                "serve pool --workers 10001 | --workers takes a whole number from 1 to 10000",
                "serve pool --service-time -1s | --service-time takes a time",
                "serve pool --accept-every 61m | --accept-every takes a time",
                "serve pool --address localhost | --address takes a numeric IP address of this host, not 'localhost'",
                "serve pool --pause 1s | --pause and --pause-every need each other",
                "serve pool --pause 2s --pause-every 1s | --pause has to be more than nothing and shorter",
                "serve virtual --workers 3 | --workers means nothing to 'virtual'",
                "serve stalled --accept-every 1s | --accept-every means nothing to 'stalled'",
                "serve reset --service-time 1s | --service-time means nothing to 'reset'",
                "explain | explain needs a FILE, or - for standard input",
                "explain --no-such-flag x | no option --no-such-flag",
                "explain --fate lucky x | --fate takes answered, answered-late, syn-unanswered",
                "explain --connection | --connection needs a ADDRESS[:PORT]",
                "explain --anonymise out a b | --anonymise takes one capture at a time",
                "doctr | no command 'doctr'"
            })
    void aWrongWordEndsWithTwoAndOneLine(String words, String message) {
        Doctor run = Doctor.run(words.split(" ", -1));

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(message).hasLineCount(1).doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "doctor --window 0 --pid 2147483646 | no process 2147483646",
                "doctor --window 0 -N no-such-namespace | no network namespace 'no-such-namespace'",
                "doctor --window 0 -N ../../etc | no network namespace '../../etc'",
                "surge no.such.host.invalid:80 | cannot resolve 'no.such.host.invalid'",
                "surge 127.0.0.1:9 -n 1000000 | too few descriptors",
                "surge 127.0.0.1:9 --source ::1 | are of different families",
                "explain no-such-file.pcap | cannot read no-such-file.pcap: no such file or directory",
                "explain / | cannot read /: ",
                "doctor --window 0 --port 1 | nothing that can be seen listens on port 1"
            })
    void whatIsNotThereEndsWithThreeAndOneLine(String words, String message) {
        Doctor run = Doctor.run(words.split(" ", -1));

        assertThat(run.code()).isEqualTo(ExitCode.COULD_NOT_LOOK);
        assertThat(run.err()).contains(message).hasLineCount(1).doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void debugShowsTheStackTrace() {
        assertThat(Doctor.run("--debug", "doctor", "-N", "no-such-namespace").err())
                .contains("no network namespace")
                .contains("KernelException")
                .contains("\tat ");
    }

    @Test
    void noCommandShowsTheUsage() {
        Doctor run = Doctor.run();

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).startsWith("usage: anteroom COMMAND");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void helpNamesEveryOption(String word) {
        Doctor run = Doctor.run("doctor", word);

        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .contains("--port", "--pid", "--netns", "--window", "--all", "--json", "--no-header", "--numeric");
    }
}
