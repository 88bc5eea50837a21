package io.mintmark.sidecar.files;

import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.workload.Scope;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a template and a JSON file can say of a credential: strings and lists of them. */
final class Fields {
  private static final String TOKEN = "token";

  private Fields() {}

  /** A certificate's own bytes are not among them. */
  static Map<String, Object> of(Wanted wanted, Holdings holdings) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", type(wanted));
    switch (wanted) {
      case Wanted.AccessToken _ -> {
        token(fields, holdings.token(wanted));
        List<String> scopes =
            holdings.token(wanted).scopes().stream().map(Scope::value).sorted().toList();
        fields.put("scope", String.join(" ", scopes));
        fields.put("scopes", scopes);
      }
      case Wanted.JwtSvid svid -> {
        token(fields, holdings.token(wanted));
        fields.put("audiences", svid.audiences());
      }
      case Wanted.X509Svid _ -> {
        Held.Certificate held = holdings.certificate(wanted);
        common(fields, held);
        X509Certificate leaf = held.chain().getFirst();
        fields.put("serial_number", leaf.getSerialNumber().toString(16).toLowerCase(Locale.ROOT));
        fields.put("not_before", leaf.getNotBefore().toInstant().toString());
      }
    }
    return fields;
  }

  /** The same names with stand-ins, to try a template before anything is held. */
  static Map<String, Object> sample(Wanted wanted) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", type(wanted));
    for (String name : List.of("expires_at", "expires_at_epoch", "spiffe_id")) {
      fields.put(name, "x");
    }
    List<String> others =
        switch (wanted) {
          case Wanted.AccessToken _ -> List.of(TOKEN, "header", "scope");
          case Wanted.JwtSvid _ -> List.of(TOKEN, "header");
          case Wanted.X509Svid _ ->
              List.of("serial_number", "not_before", "certificate", "key", "bundle");
        };
    others.forEach(name -> fields.put(name, "x"));
    switch (wanted) {
      case Wanted.AccessToken _ -> fields.put("scopes", List.of("x"));
      case Wanted.JwtSvid svid -> fields.put("audiences", svid.audiences());
      case Wanted.X509Svid _ -> {}
    }
    return fields;
  }

  private static String type(Wanted wanted) {
    return switch (wanted) {
      case Wanted.AccessToken _ -> "access-token";
      case Wanted.JwtSvid _ -> "jwt-svid";
      case Wanted.X509Svid _ -> "x509-svid";
    };
  }

  private static void token(Map<String, Object> fields, Held.Token token) {
    fields.put(TOKEN, token.value());
    fields.put("header", "Bearer " + token.value());
    common(fields, token);
  }

  private static void common(Map<String, Object> fields, Held held) {
    fields.put("expires_at", held.expiresAt().toString());
    fields.put("expires_at_epoch", Long.toString(held.expiresAt().getEpochSecond()));
    fields.put("spiffe_id", held.workload().toString());
  }
}
