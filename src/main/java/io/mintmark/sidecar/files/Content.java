package io.mintmark.sidecar.files;

import io.mintmark.sidecar.held.Wanted;
import io.mintmark.workload.TrustDomain;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What stands in a file, or in the files of a folder. */
sealed interface Content {
  /** The credentials that it is made of; it is written only when all are held. */
  List<Wanted> wanted();

  /** Whether it changes with the trust bundles. */
  default boolean ofTrust() {
    return false;
  }

  /** A token and nothing else, not even an end of line. */
  record Token(Wanted token) implements Content {
    @Override
    public List<Wanted> wanted() {
      return List.of(token);
    }
  }

  /** A line {@code Authorization: Bearer …} as {@code curl -H @FILE} reads it. */
  record Header(Wanted token) implements Content {
    @Override
    public List<Wanted> wanted() {
      return List.of(token);
    }
  }

  /** A JSON object: a token with what is known of it, or what is known of a certificate. */
  record Json(Wanted credential) implements Content {
    @Override
    public List<Wanted> wanted() {
      return List.of(credential);
    }
  }

  /** A token as kubectl takes it from a plug-in, with the time at which it expires. */
  record ExecCredential(Wanted token) implements Content {
    @Override
    public List<Wanted> wanted() {
      return List.of(token);
    }
  }

  /** What never changes and holds no secret, such as a client's configuration. */
  record Fixed(String text) implements Content {
    @Override
    public List<Wanted> wanted() {
      return List.of();
    }
  }

  /** Lines {@code NAME=value}. */
  record Env(List<Variable> variables) implements Content {
    public Env {
      variables = List.copyOf(variables);
    }

    @Override
    public List<Wanted> wanted() {
      return variables.stream().map(Variable::token).distinct().toList();
    }
  }

  /** One variable of the environment. */
  record Variable(String name, Wanted token, boolean header) {}

  /** What a template makes of credentials by name. */
  record Template(String source, Escape escape, Map<String, Wanted> credentials)
      implements Content {
    public Template {
      credentials = Map.copyOf(credentials);
    }

    @Override
    public List<Wanted> wanted() {
      return credentials.values().stream().distinct().toList();
    }

    @Override
    public boolean ofTrust() {
      return credentials.values().stream().anyMatch(Wanted.X509Svid.class::isInstance);
    }
  }

  /** What a template's values are escaped for. */
  enum Escape {
    NONE,
    HTML,
    JSON
  }

  /** An X.509-SVID, its key and the authorities to check others with, as spiffe-helper has them. */
  record Pem(Wanted svid, String certificate, String key, String bundle, boolean federated)
      implements Content {
    @Override
    public List<Wanted> wanted() {
      return List.of(svid);
    }

    @Override
    public boolean ofTrust() {
      return true;
    }
  }

  /** The same in a key store and a trust store (RFC 7292). */
  record Pkcs12(Wanted svid, Path passwordFile, String alias, boolean federated)
      implements Content {
    @Override
    public List<Wanted> wanted() {
      return List.of(svid);
    }

    @Override
    public boolean ofTrust() {
      return true;
    }
  }

  /** One trust domain's bundle. */
  record TrustBundle(TrustDomain trustDomain, boolean pem) implements Content {
    @Override
    public List<Wanted> wanted() {
      return List.of();
    }

    @Override
    public boolean ofTrust() {
      return true;
    }
  }
}
