{{/* What is put into pods and what they may ask for; and how the injector gets its own certificate. */}}
{{- define "mintmark.injectorDocuments" -}}
{{- $v := .Values -}}
{{- $i := .Values.injector -}}
{{- $name := printf "%s-injector" (include "mintmark.fullname" .) -}}
{{- $cluster := printf "%s-injector" (include "mintmark.clusterName" .) -}}
{{- $broker := printf "https://%s:%d" (include "mintmark.serviceHost" .) (int $v.service.port) -}}
{{- $bundle := printf "mintmark.io:x509-svid:%s" $v.trustDomain -}}
{{- $trust := dict "file" "/etc/mintmark/trust/bundle.pem" -}}
{{- $given := $trust -}}
{{- if eq $v.tls.mode "own" -}}
{{/* the broker's certificate is an X.509-SVID then, whose newer authorities come from the broker */}}
{{- $trust = dict "file" "/etc/mintmark/trust/bundle.pem" "trustDomain" $v.trustDomain -}}
{{/* what pods are given is kept current beside the injector's own certificate */}}
{{- $given = dict "file" "/run/mintmark/tls/bundle.pem" "trustDomain" $v.trustDomain -}}
{{- end -}}
{{- $profiles := list -}}
{{- range $profile, $what := $i.profiles -}}
{{- $profiles = append $profiles (merge (dict "name" $profile) $what) -}}
{{- end -}}
# what is put into pods, and what they may ask for
injector.yaml: |
  apiVersion: mintmark.io/v1
  kind: Injector
  metadata: {name: {{ $name }}}
  spec:
    listen: 0.0.0.0:9443
    health: {listen: "0.0.0.0:9000"}
    certificate: {file: /run/mintmark/tls/svid.pem, key: /run/mintmark/tls/key.pem}
    {{- if $i.keepCaBundle }}
    webhook: {name: {{ $cluster }}, authorities: /run/mintmark/tls/bundle.pem}
    {{- end }}
    image: {{ include "mintmark.image" . | quote }}
    pullPolicy: {{ $v.image.pullPolicy }}
    {{- with $i.podImagePullSecrets }}
    imagePullSecrets: {{ toJson . }}
    {{- end }}
    namespaces: {excluded: {{ append $i.excludedNamespaces .Release.Namespace | uniq | toJson }}}
    broker:
      url: {{ $broker | quote }}
      issuer: {{ $v.issuer | quote }}
      {{- if $i.trust.clusterTrustBundle }}
      trust: {clusterTrustBundle: {{ $bundle | quote }}, trustDomain: {{ $v.trustDomain }}}
      {{- else }}
      trust: {{ $given | toJson }}
      {{- end }}
    profiles: {{- toYaml $profiles | nindent 6 }}
# how the injector gets its own certificate, which the API server believes: by a grant like anybody's
sidecar.yaml: |
  apiVersion: mintmark.io/v1
  kind: Sidecar
  metadata: {name: {{ $name }}}
  spec:
    broker:
      url: {{ $broker | quote }}
      issuer: {{ $v.issuer | quote }}
      trust: {{ $trust | toJson }}
    evidence: [{kind: kubernetes, file: /var/run/secrets/mintmark/token}]
    health: {listen: "0.0.0.0:9901"}
    deliver: [{name: tls, credential: {x509Svid: {}}, to: {file: {path: /run/mintmark/tls, format: pem, sharedFolder: true}}}]
{{- end -}}
