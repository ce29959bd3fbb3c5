package dev.anteroom.capture;

import dev.anteroom.capture.Trouble.Phase;
import dev.anteroom.queue.Sign;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Exceptions of Java programs, with their frames or without.
///
/// The message tells what happened; in which system call it happened is told by the exception's class, by the
/// message, or by the first frame that is one of a socket's. The same words `Connection reset by peer` mean
/// something else in `connect0` than in `read0`. Of nested causes the innermost that tells something counts.
/// Classes and messages of JDK 8 to 25, Netty 4, Apache HttpClient 4 and 5, OkHttp, Reactor Netty and Spring.
final class JavaTrace implements TextFormat {
    private static final Pattern CLASS = Pattern.compile("(?<![\\w$])(?:[a-z_][\\w$]{0,60}\\.){0,12}[A-Z][\\w$]{0,80}"
            + "(?:Exception|\\$Native[A-Za-z]{1,40}|SSLHandshakeError)(?![\\w$])");

    /// Methods that are a system call or stand right above one.
    private static final Map<Phase, Set<String>> FRAMES = Map.of(
            Phase.CONNECT,
            Set.of(
                    "socket0",
                    "socketCreate",
                    "connect0",
                    "pollConnect",
                    "pollConnectNow",
                    "finishConnect",
                    "socketConnect",
                    "doConnect",
                    "timedFinishConnect",
                    "waitForConnect",
                    "doFinishConnect"),
            Phase.READ,
            Set.of(
                    "read0",
                    "readv0",
                    "socketRead0",
                    "socketRead",
                    "implRead",
                    "timedRead",
                    "tryRead",
                    "readIntoNativeBuffer",
                    "doReadBytes"),
            Phase.WRITE,
            Set.of(
                    "write0",
                    "writev0",
                    "socketWrite0",
                    "socketWrite",
                    "implWrite",
                    "tryWrite",
                    "writeFromNativeBuffer",
                    "doWriteBytes"),
            Phase.ACCEPT,
            Set.of("accept0", "accept", "implAccept", "socketAccept", "doAccept", "serverSocketAccept"));

    private final ClueBook clues;
    private Optional<Line> head = Optional.empty();
    private OptionalInt port = OptionalInt.empty();

    /// Of the cause that is being read.
    private Optional<Sign> blockSign = Optional.empty();

    private Optional<Trouble> blockTrouble = Optional.empty();
    private Phase blockPhase = Phase.UNKNOWN;
    private boolean suppressed;

    /// Of the innermost cause so far that told something.
    private Optional<Sign> told = Optional.empty();

    private Phase toldPhase = Phase.UNKNOWN;
    private Optional<Trouble> toldTrouble = Optional.empty();
    private Optional<Line> toldBy = Optional.empty();
    private Optional<Line> blockHead = Optional.empty();

    JavaTrace(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        String text = line.text().strip();
        if (head.isPresent() && isFrame(text)) {
            frame(text);
            return true;
        }
        boolean cause = head.isPresent() && (text.startsWith("Caused by:") || text.startsWith("Suppressed:"));
        if (!cause) {
            end();
        }
        Optional<Matcher> exception = last(text);
        if (exception.isEmpty()) {
            return cause;
        }
        block(line, exception.get(), text);
        suppressed = text.startsWith("Suppressed:");
        return cause || told.isPresent() || blockTrouble.isPresent() || blockSign.isPresent();
    }

    private static boolean isFrame(String text) {
        return text.startsWith("at ") || text.startsWith("... ") || text.startsWith("[CIRCULAR REFERENCE");
    }

    private static Optional<Matcher> last(String text) {
        Matcher matcher = CLASS.matcher(text);
        int start = -1;
        while (matcher.find()) {
            start = matcher.start();
        }
        return start >= 0 && matcher.find(start) ? Optional.of(matcher) : Optional.empty();
    }

    private void block(Line line, Matcher exception, String text) {
        closeBlock();
        if (head.isEmpty()) {
            head = Optional.of(line);
        }
        blockHead = Optional.of(line);
        if (port.isEmpty()) {
            port = Ports.in(text);
        }
        String type = exception.group();
        type = type.substring(type.lastIndexOf('.') + 1);
        String message = text.substring(exception.end()).toLowerCase(Locale.ROOT);
        blockSign = ofClass(type, message);
        blockTrouble = blockSign.isPresent() ? Optional.empty() : trouble(type, message);
        blockPhase = phase(type, message);
    }

    /// What a class says whatever the frames are.
    private static Optional<Sign> ofClass(String type, String message) {
        if (type.contains("Pool") || type.equals("ConnectionRequestTimeoutException") || isPool(message)) {
            return Optional.of(Sign.CLIENT_POOL_EXHAUSTED);
        }
        return switch (type) {
            case "HttpConnectTimeoutException", "ConnectTimeoutException" -> Optional.of(Sign.CONNECT_TIMED_OUT);
            case "ReadTimeoutException" -> Optional.of(Sign.READ_TIMED_OUT);
            case "NoHttpResponseException", "PrematureCloseException" -> Optional.of(Sign.CLOSED_BEFORE_ANSWER);
            // What java.net.http throws when it cannot connect, for whatever reason (JDK 11 to 25).
            case "ConnectException" ->
                Trouble.in(message).isEmpty() ? Optional.of(Sign.CONNECT_FAILED) : Optional.empty();
            default -> isClosed(message) ? Optional.of(Sign.CLOSED_BEFORE_ANSWER) : Optional.empty();
        };
    }

    private static boolean isPool(String message) {
        return message.contains("from pool") || message.contains("connection is not available, request timed out");
    }

    private static boolean isClosed(String message) {
        return message.contains("unexpected end of file from server")
                || message.contains("unexpected end of stream")
                || message.contains("header parser received no bytes")
                || message.contains("prematurely closed")
                || message.contains("terminated the handshake")
                || message.contains("closed connection during handshake")
                || message.contains("failed to respond")
                || message.contains("eof reached while reading");
    }

    private static Optional<Trouble> trouble(String type, String message) {
        Optional<Trouble> trouble = Trouble.in(message);
        return switch (type) {
            // Until JDK 12 also where no local port was left.
            case "NoRouteToHostException" ->
                Optional.of(trouble.filter(own -> own == Trouble.NO_PORT).orElse(Trouble.UNREACHABLE));
            case "SocketTimeoutException", "HttpTimeoutException", "InterruptedIOException" ->
                trouble.isPresent() || type.equals("SocketTimeoutException")
                        ? Optional.of(Trouble.TIMED_OUT)
                        : Optional.empty();
            default -> type.endsWith("TimeoutException") ? trouble.map(_ -> Trouble.TIMED_OUT) : trouble;
        };
    }

    private static Phase phase(String type, String message) {
        if (message.contains("connect timed out")
                || message.contains("failed to connect")
                || message.contains("finishconnect")
                || message.contains("getsockopt(")
                || type.contains("ConnectException")
                || type.equals("NoRouteToHostException")) {
            return Phase.CONNECT;
        }
        if (message.contains("read timed out")
                || message.contains("read failed")
                || message.contains("read(..)")
                || message.contains("recvaddress(")
                || message.contains("readaddress(")) {
            return Phase.READ;
        }
        if (message.contains("write failed")
                || message.contains("write(..)")
                || message.contains("writev(")
                || message.contains("writeaddress(")
                || message.contains("sendaddress(")) {
            return Phase.WRITE;
        }
        return message.contains("accept(..)") ? Phase.ACCEPT : Phase.UNKNOWN;
    }

    private void frame(String text) {
        int end = text.indexOf('(');
        if (blockPhase != Phase.UNKNOWN || suppressed || end < 0) {
            return;
        }
        String method = text.substring(text.lastIndexOf('.', end) + 1, end);
        FRAMES.forEach((phase, methods) -> {
            if (methods.contains(method)) {
                blockPhase = phase;
            }
        });
        boolean stream = text.contains(".SocketInputStream.")
                || text.contains(".SocketDispatcher.")
                || text.contains(".SocketChannelImpl.");
        if (method.equals("read") && stream) {
            blockPhase = Phase.READ;
        } else if (method.equals("write") && stream) {
            blockPhase = Phase.WRITE;
        } else if (method.equals("connect") && (text.contains(".Net.") || text.contains("SocketImpl."))) {
            blockPhase = Phase.CONNECT;
        }
    }

    private void closeBlock() {
        if (!suppressed && (blockSign.isPresent() || blockTrouble.isPresent())) {
            told = blockSign;
            toldTrouble = blockTrouble;
            toldPhase = blockPhase == Phase.UNKNOWN ? toldPhase : blockPhase;
            toldBy = blockHead;
        }
        blockSign = Optional.empty();
        blockTrouble = Optional.empty();
        blockPhase = Phase.UNKNOWN;
        suppressed = false;
    }

    @Override
    public void end() {
        if (head.isEmpty()) {
            return;
        }
        closeBlock();
        Optional<Sign> sign = told.or(() -> toldTrouble.map(trouble -> trouble.sign(toldPhase)));
        if (sign.isPresent() && toldBy.isPresent()) {
            clues.add(sign.get(), toldBy.get(), port);
        }
        head = Optional.empty();
        port = OptionalInt.empty();
        told = Optional.empty();
        toldTrouble = Optional.empty();
        toldPhase = Phase.UNKNOWN;
        toldBy = Optional.empty();
    }
}
