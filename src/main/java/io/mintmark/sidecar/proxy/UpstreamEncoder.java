package io.mintmark.sidecar.proxy;

import io.netty.handler.codec.http.HttpRequestEncoder;

/** Writes requests to an upstream. */
final class UpstreamEncoder extends HttpRequestEncoder {}
