package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLinesTest {

    @ParameterizedTest
    @CsvSource({
        "Orders.jar, java -jar Orders.jar",
        "Orders.jar, /usr/lib/jvm/25/bin/java -Xmx1g -XX:+UseZGC -Dx=y -jar /opt/Orders.jar --port 80",
        "org.acme.Main, java -cp /a:/b org.acme.Main one two",
        "org.acme.Main, java -classpath a --class-path b org.acme.Main",
        "org.acme.Main, java --class-path=a.jar -ea org.acme.Main",
        "org.acme.Main, java -p mods -m org.acme/org.acme.Main",
        "org.acme, java --module-path mods --add-modules ALL-SYSTEM --module org.acme",
        "org.acme.Main, java --add-opens java.base/java.lang=ALL-UNNAMED org.acme.Main",
        "org.acme.Main, java --add-opens=java.base/java.lang=ALL-UNNAMED org.acme.Main",
        "Orders.jar, java --enable-native-access org.acme -jar Orders.jar",
        "Orders.jar, java --patch-module org.acme=x -jar Orders.jar",
        "Main.java, java --source 25 Main.java",
        "org.acme.Main, java @options -cp x org.acme.Main",
        "org.acme.Main, java -javaagent:agent.jar org.acme.Main -jar no.jar",
        "manage.py, python3 manage.py runserver",
        "app.py, /usr/bin/python3.12 -u /srv/app.py",
        "app.py, python3 -W ignore -X dev -I app.py",
        "server.js, node -r dotenv/config --import x.mjs server.js",
        "http.server, python3 -m http.server 8000",
        "uvicorn, python -B -m uvicorn app:app",
        "server.js, node --inspect /srv/server.js",
        "puma, ruby /usr/bin/puma -C puma.rb"
    })
    void theProgramIsWhatTheInterpreterRuns(String program, String commandLine) {
        assertThat(CommandLines.program(words(commandLine))).isEqualTo(program);
    }

    @ParameterizedTest
    @CsvSource({
        "java -version",
        "java -jar",
        "java @all-in-a-file",
        "java -XX:Flags=x",
        "python3 -c 'import socket'",
        "python3 -",
        "python3",
        "node -e 1",
        "nginx: master process /usr/sbin/nginx",
        "/usr/sbin/sshd -D",
        "javac Main.java"
    })
    void nothingIsToldWhereNothingTellsMore(String commandLine) {
        assertThat(CommandLines.program(words(commandLine))).isEmpty();
    }

    @Test
    void aKernelThreadHasNoCommandLine() {
        assertThat(CommandLines.program("")).isEmpty();
        assertThat(CommandLines.program("\0")).isEmpty();
    }

    @Property
    void noCommandLineIsTooStrange(@ForAll String anything) {
        assertThat(CommandLines.program("java\0" + anything)).doesNotContain("/");
        assertThat(CommandLines.program("python\0" + anything)).doesNotContain("\0");
    }

    private static String words(String commandLine) {
        return commandLine.replace("'", "").replace(' ', '\0') + "\0";
    }
}
