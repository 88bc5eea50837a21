package io.mintmark.sidecar.tls;

import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why there is no TLS to a server, in words that neither library has for it. */
public final class TlsFailure {
  private static final int MAX_CAUSES = 16;

  /** BoringSSL's name of what the server said at the end. */
  private static final Pattern ALERT = Pattern.compile(".*:(?:SSLV3|TLSV1)_ALERT_([A-Z0-9_]+)");

  private TlsFailure() {}

  /** Whether the server showed a certificate that was not believed. */
  public static boolean ofCertificate(@Nullable Throwable failure) {
    return find(failure, CertificateException.class) != null;
  }

  /**
   * What is wrong, of the cause that knows most; it may quote the server's certificate, and is not
   * bounded.
   */
  public static String reason(Throwable failure) {
    if (find(failure, NotSslRecordException.class) != null) {
      return "it speaks no TLS"; // the library's words repeat all that was received
    }
    if (find(failure, CertificateExpiredException.class) != null) {
      return "its certificate, or an authority's, has expired";
    }
    if (find(failure, CertificateNotYetValidException.class) != null) {
      return "its certificate, or an authority's, is not valid yet";
    }
    if (find(failure, CertPathBuilderException.class) != null) {
      return "its certificate is of none of the authorities that are believed";
    }
    Throwable told = find(failure, CertificateException.class);
    if (told == null) {
      told = find(failure, SSLException.class);
    }
    String message = (told == null ? failure : told).getMessage();
    if (message == null) {
      return "no reason given";
    }
    Matcher alert = ALERT.matcher(message);
    return alert.matches()
        ? "it refused: " + alert.group(1).toLowerCase(Locale.ROOT).replace('_', ' ')
        : message;
  }

  private static <T extends Throwable> @Nullable T find(
      @Nullable Throwable failure, Class<T> wanted) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (wanted.isInstance(cause)) {
        return wanted.cast(cause);
      }
      cause = cause.getCause();
    }
    return null;
  }
}
