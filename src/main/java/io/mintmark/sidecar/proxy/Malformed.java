package io.mintmark.sidecar.proxy;

/** What a decoder passes on in place of a message that breaks the rules; nothing follows it. */
record Malformed(Refusal refusal) {}
