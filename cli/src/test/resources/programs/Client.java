import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A client as people write it: a thread for each request, a blocking GET without time-outs (what RestTemplate does by
 * default). Waits for a line on its input, then starts a thread every so many milliseconds, and prints for each what it
 * got and after how many milliseconds.
 */
public class Client {
    public static void main(String[] args) throws Exception {
        String url = args[0];
        int threads = Integer.parseInt(args[1]);
        long pace = Long.parseLong(args[2]);
        System.out.println("ready");
        System.in.read();
        ExecutorService es = Executors.newFixedThreadPool(threads);
        for (int i = 0; i < threads; i++) {
            es.execute(() -> get(url));
            Thread.sleep(pace);
        }
        es.shutdown();
        es.awaitTermination(100, TimeUnit.SECONDS);
    }

    private static void get(String url) {
        long start = System.nanoTime();
        String got;
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            got = new String(connection.getInputStream().readAllBytes()).trim();
        } catch (Exception e) {
            got = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        System.out.println((System.nanoTime() - start) / 1_000_000 + " " + got);
    }
}
