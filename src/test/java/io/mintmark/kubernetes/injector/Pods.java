package io.mintmark.kubernetes.injector;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.documents.DocumentErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pods, and an injector for them. */
final class Pods {
  static final ObjectMapper JSON = new ObjectMapper();

  static final String DOCUMENT =
      """
      apiVersion: mintmark.io/v1
      kind: Injector
      metadata: {name: mintmark}
      spec:
        certificate: {file: svid.pem, key: svid_key.pem}
        image: registry.example.org/mintmark@sha256:0000000000000000000000000000000000000000000000000000000000000000
        namespaces: {excluded: [kube-system]}
        broker:
          url: https://mintmark.mintmark.svc:8443
          issuer: https://mintmark.example.org
          trust: {file: authorities.pem, trustDomain: broker.example.org}
        profiles:
          - name: default
            deliver:
              - {name: token, credential: {accessToken: {resource: "{resource}"}}, to: {file: {path: token}}}
            environment: {LEDGER_TOKEN_FILE: /run/mintmark/token}
            resources: {requests: {cpu: 10m, memory: 96Mi}, limits: {memory: 128Mi}}
          - name: identity
            deliver:
              - {name: tls, credential: {x509Svid: {}}, to: {file: {path: tls, format: pem}}}
            tokenLifetime: 10m
      """;

  private Pods() {}

  static InjectorPlan plan(Path folder, String document) throws DocumentErrors {
    try {
      return InjectorDocument.load(Files.writeString(folder.resolve("injector.yaml"), document));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Injection injection(Path folder) throws DocumentErrors {
    return new Injection(plan(folder, DOCUMENT), () -> "-----BEGIN CERTIFICATE-----\n");
  }

  /** A pod as the API server shows it, with annotations and a security context as JSON. */
  static ObjectNode pod(String annotations, String security) {
    return json(
        """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "orders", "annotations": %s},
         "spec": {"securityContext": %s,
           "volumes": [{"name": "data", "emptyDir": {}}],
           "initContainers": [{"name": "migrate", "image": "example.org/migrate"}],
           "containers": [
             {"name": "main", "image": "example.org/orders", "env": [{"name": "A", "value": "b"}],
              "volumeMounts": [{"name": "data", "mountPath": "/data"}]},
             {"name": "logs", "image": "example.org/logs"}]}}
        """
            .formatted(annotations, security));
  }

  static ObjectNode pod(String annotations) {
    return pod(annotations, "{}");
  }

  static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
