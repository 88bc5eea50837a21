package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.files.SmallFile;
import io.mintmark.sidecar.files.TrustedDocument;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Trust;
import io.mintmark.sidecar.tls.ClientTls;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedCertificate;
import io.mintmark.spiffe.PeerTrust;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS to one upstream. An authorities' file is read again for a connection when it has changed.
 * Waits, so it is used on workers.
 */
final class UpstreamTls {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_AUTHORITIES = 512;

  private final Route.Origin origin;
  private final boolean http2;
  private final Trust trust;
  private final InstantSource clock;
  private @Nullable SslContext context;
  private Held.@Nullable Certificate shown;
  private byte[] authorities = {};

  UpstreamTls(Route.Origin origin, boolean http2, Trust trust, InstantSource clock) {
    this.origin = origin;
    this.http2 = http2;
    this.trust = trust;
    this.clock = clock;
  }

  /**
   * Held for the caller, who gives it back by {@link ClientTls#release}. Throws an {@link
   * IOException} with a sentence where it cannot be set up.
   */
  @SuppressWarnings("ReferenceEquality") // a renewed credential is another object
  synchronized SslContext context(Held.@Nullable Certificate identity) throws IOException {
    byte[] file =
        origin.trust() instanceof Route.Trusted.Authorities(Path path)
            ? SmallFile.read(path, MAX_BYTES)
            : authorities;
    SslContext known = context;
    if (known != null && identity == shown && Arrays.equals(file, authorities)) {
      return ClientTls.retain(known);
    }
    SslContext made = made(identity, file);
    authorities = file;
    shown = identity;
    context = made;
    if (known != null) {
      ClientTls.release(known);
    }
    return ClientTls.retain(made);
  }

  /** A handler of TLS that believes only the upstream. */
  SslHandler handler(
      SslContext context, io.netty.buffer.ByteBufAllocator buffers, Executor workers) {
    String name = origin.host().replace("[", "").replace("]", "");
    SslHandler handler = context.newHandler(buffers, name, origin.port(), workers);
    boolean byName =
        switch (origin.trust()) {
          case Route.Trusted.SystemAuthorities _, Route.Trusted.Authorities _ -> true;
          case Route.Trusted.Spiffe _ -> false;
        };
    if (byName) {
      SSLEngine engine = handler.engine();
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      engine.setSSLParameters(parameters);
    }
    return handler;
  }

  private SslContext made(Held.@Nullable Certificate identity, byte[] file) throws IOException {
    SslContextBuilder builder =
        ClientTls.builder()
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    http2 ? List.of("h2", "http/1.1") : List.of("http/1.1")));
    switch (origin.trust()) {
      case Route.Trusted.SystemAuthorities _ -> {}
      case Route.Trusted.Authorities(Path path) -> {
        TrustedDocument.requireFile(path);
        builder.trustManager(parsed(path, file).toArray(X509Certificate[]::new));
      }
      case Route.Trusted.Spiffe(WorkloadId id) ->
          builder.trustManager(new PeerTrust(id, () -> bundle(id.trustDomain()), clock));
    }
    if (identity != null) {
      builder.keyManager(identity.key(), identity.chain().toArray(X509Certificate[]::new));
    }
    return ClientTls.built(builder);
  }

  /** Without a bundle nobody is believed. */
  private Bundle bundle(TrustDomain domain) {
    Bundle known = trust.bundles().get(domain);
    return known != null ? known : new Bundle(domain, List.of(), List.of(), null, null);
  }

  private static List<X509Certificate> parsed(Path path, byte[] pem) throws IOException {
    try {
      return Certificates.parse(pem, MAX_AUTHORITIES);
    } catch (MalformedCertificate malformed) {
      throw new IOException(
          "\"" + path + "\" holds no certificate authorities: " + malformed.getMessage(),
          malformed);
    }
  }
}
