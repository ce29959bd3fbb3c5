package dev.anteroom.traffic;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// TLS on top of TCP.
///
/// @param context whom to trust
/// @param serverName the name that the certificate must bear, and that is asked for (SNI)
/// @param verifyName whether the certificate must bear that name
public record Tls(SSLContext context, String serverName, boolean verifyName) {

    /// Trusts what the JDK trusts.
    public static Tls trusting(String serverName) {
        return of(null, serverName, true);
    }

    /// Trusts any certificate: encrypted, but with whom is not known.
    public static Tls insecure(String serverName) {
        return of(new TrustManager[] {new TrustAnyone()}, serverName, false);
    }

    private static Tls of(TrustManager @Nullable [] trust, String serverName, boolean verify) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust, null);
            return new Tls(context, serverName, verify);
        } catch (GeneralSecurityException noTls) {
            throw new IllegalStateException("every JDK has TLS", noTls);
        }
    }

    private static final class TrustAnyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
