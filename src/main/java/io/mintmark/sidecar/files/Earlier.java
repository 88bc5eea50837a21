package io.mintmark.sidecar.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.mintmark.jose.Claims;
import io.mintmark.jose.Jws;
import io.mintmark.jose.MalformedJose;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Until when a file that an earlier run left can be used, as far as its content says so. */
final class Earlier {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MAX_BYTES = 128 * 1024;
  private static final int MAX_TOKEN = 64 * 1024;
  private static final int MAX_CHAIN = 16;

  /** No credential lives longer, so that what says so is none. */
  private static final Duration LONGEST = Duration.ofDays(31);

  private Earlier() {}

  /** Null where there is no file, or it does not say. */
  static @Nullable Instant end(Content content, Target target, Instant now) {
    if (!target.there()) {
      return null;
    }
    try {
      Instant end = read(content, target);
      return end == null || end.isAfter(now.plus(LONGEST)) ? null : end;
    } catch (IOException
        | MalformedJose
        | MalformedCertificate
        | DateTimeParseException unreadable) {
      return null;
    }
  }

  private static @Nullable Instant read(Content content, Target target)
      throws IOException, MalformedJose, MalformedCertificate {
    return switch (content) {
      case Content.Token(Wanted wanted) -> ofToken(text(target), wanted);
      case Content.Header(Wanted wanted) ->
          ofToken(bare(text(target), "Authorization: Bearer "), wanted);
      case Content.Json(Wanted wanted) ->
          wanted instanceof Wanted.X509Svid
              ? ofTime(member(text(target), "expires_at"))
              : ofToken(member(text(target), "token"), wanted);
      case Content.ExecCredential(Wanted wanted) -> ofToken(member(text(target), "token"), wanted);
      case Content.Env(var variables) -> {
        Instant first = null;
        String[] lines = text(target).split("\n", -1);
        for (int i = 0; i < variables.size() && lines.length > variables.size(); i++) {
          Content.Variable variable = variables.get(i);
          String value = bare(lines[i], variable.name() + "=").replace("'", "");
          Instant end = ofToken(bare(value, variable.header() ? "Bearer " : ""), variable.token());
          first = first == null || end.isBefore(first) ? end : first;
        }
        yield first;
      }
      case Content.Pem pem -> {
        Instant first = null;
        for (X509Certificate one :
            Certificates.parse(target.read(pem.certificate(), MAX_BYTES), MAX_CHAIN)) {
          Instant end = one.getNotAfter().toInstant();
          first = first == null || end.isBefore(first) ? end : first;
        }
        yield first;
      }
      case Content.Fixed _, Content.Template _, Content.Pkcs12 _, Content.TrustBundle _ -> null;
    };
  }

  private static String text(Target target) throws IOException {
    byte[] bytes = target.read(Rendering.ITSELF, MAX_BYTES);
    try {
      return new String(bytes, StandardCharsets.UTF_8);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static String bare(String text, String prefix) throws IOException {
    if (!text.startsWith(prefix)) {
      throw new IOException("it is not what we write");
    }
    return text.substring(prefix.length()).strip();
  }

  /** One for another resource is none of ours. */
  private static Instant ofToken(String token, Wanted wanted) throws IOException, MalformedJose {
    Claims claims = Jws.parse(token, MAX_TOKEN).typedClaims();
    Set<String> audiences =
        switch (wanted) {
          case Wanted.AccessToken access -> Set.of(access.resource());
          case Wanted.JwtSvid svid -> Set.copyOf(svid.audiences());
          case Wanted.X509Svid _ -> Set.of();
        };
    if (!Set.copyOf(claims.audiences()).equals(audiences)) {
      throw new IOException("it is for another audience");
    }
    return claims.requiredInstant("exp");
  }

  private static Instant ofTime(String text) {
    return Instant.parse(text);
  }

  /** The first string of a name, at any depth. */
  private static String member(String json, String name) throws IOException {
    try (JsonParser parser = JSON.createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME
            && name.equals(parser.currentName())
            && parser.nextToken() == JsonToken.VALUE_STRING) {
          return parser.getText();
        }
      }
    }
    throw new IOException("it is not what we write");
  }
}
