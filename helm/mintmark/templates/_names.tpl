{{- define "mintmark.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "mintmark.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "mintmark.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "mintmark.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What is cluster-wide has the namespace in its name, so that two releases do not meet; and a hash where the two run into each other. */}}
{{- define "mintmark.clusterName" -}}
{{- $name := include "mintmark.fullname" . -}}
{{- $both := printf "%s-%s" .Release.Namespace $name -}}
{{- if or (gt (len $both) 56) (contains "-" .Release.Namespace) -}}
{{- printf "%s-%s" ($both | trunc 47 | trimSuffix "-") (printf "%s/%s" .Release.Namespace $name | sha256sum | trunc 8) -}}
{{- else -}}
{{- $both -}}
{{- end -}}
{{- end -}}

{{- define "mintmark.selector" -}}
app.kubernetes.io/name: {{ include "mintmark.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "mintmark.labels" -}}
{{ include "mintmark.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "mintmark.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "mintmark.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "mintmark.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "mintmark.claim" -}}
{{- .Values.persistence.existingClaim | default (printf "data-%s-0" (include "mintmark.fullname" .)) -}}
{{- end -}}

{{/* The host in the issuer's URL, without its port. */}}
{{- define "mintmark.issuerHost" -}}
{{- (urlParse .Values.issuer).hostname -}}
{{- end -}}

{{- define "mintmark.serviceHost" -}}
{{- printf "%s.%s.svc" (include "mintmark.fullname" .) .Release.Namespace -}}
{{- end -}}

{{/* YAML reads `off` as a boolean. */}}
{{- define "mintmark.storeKind" -}}
{{- .Values.store.kind | toString | replace "false" "off" -}}
{{- end -}}

{{/* Whether the broker calls the API server. */}}
{{- define "mintmark.callsCluster" -}}
{{- if or .Values.kubernetes.keys (include "mintmark.hasRole" .) -}}yes{{- end -}}
{{- end -}}

{{/* Whether it needs more of it than every service account may: the cluster's keys are for all of them. */}}
{{- define "mintmark.hasRole" -}}
{{- $k := .Values.kubernetes -}}
{{- if or $k.customResources $k.review $k.signing $k.trustBundle -}}yes{{- end -}}
{{- end -}}

{{- define "mintmark.tlsSecret" -}}
{{- if eq .Values.tls.mode "secret" -}}
{{- .Values.tls.secretName -}}
{{- else if eq .Values.tls.mode "certManager" -}}
{{- include "mintmark.fullname" . }}-tls
{{- end -}}
{{- end -}}

{{/* Volumes of a service account's token where a client of the API server looks for it. */}}
{{- define "mintmark.clusterTokenVolume" -}}
- name: cluster-token
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken: {path: token, expirationSeconds: 3600}
      - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
      - downwardAPI: {items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]}
{{- end -}}

{{- define "mintmark.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "mintmark.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}
