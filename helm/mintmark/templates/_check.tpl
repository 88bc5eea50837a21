{{/* What no schema can say, in sentences. Included once, by the StatefulSet. */}}
{{- define "mintmark.check" -}}
{{- $v := .Values -}}
{{- $kubernetes := .Capabilities.KubeVersion.Version | regexFind "^v?[0-9]+[.][0-9]+" -}}
{{/* not kubeVersion of Chart.yaml, which a server that somebody built without a version does not pass */}}
{{- if and (semverCompare ">=1.0" $kubernetes) (semverCompare "<1.30" $kubernetes) -}}
{{ fail (printf "Kubernetes is %s: 1.30 or later is needed" .Capabilities.KubeVersion.Version) }}
{{- end -}}
{{- if not $v.issuer -}}{{ fail "issuer is not set: give the URL under which workloads and verifiers reach the broker, such as https://mintmark.corp.net" }}{{- end -}}
{{- if not $v.trustDomain -}}{{ fail "trustDomain is not set: give the SPIFFE trust domain in which the broker strikes SVIDs, such as mintmark.corp.net" }}{{- end -}}
{{- if not $v.image.repository -}}{{ fail "image.repository is not set: give the registry and name to which the image was pushed" }}{{- end -}}
{{- if and $v.image.tag $v.image.digest -}}{{ fail "image.tag and image.digest are both given: the digest alone decides, so another tag would change nothing; give one" }}{{- end -}}
{{- $issuer := urlParse $v.issuer -}}
{{- if or $issuer.query $issuer.fragment $issuer.userinfo (hasSuffix "/" $v.issuer) -}}
{{ fail (printf "issuer %q must have no user, query, fragment and slash at its end" $v.issuer) }}
{{- end -}}
{{- if gt (regexFind ":[0-9]+$" $issuer.host | trimPrefix ":" | int64) 65535 -}}
{{ fail (printf "issuer %q names a port that there cannot be: the highest is 65535" $v.issuer) }}
{{- end -}}
{{- if $v.strict -}}
{{- range $what, $name := dict "issuer" $issuer.hostname "trustDomain" $v.trustDomain -}}
{{- if and (not (hasSuffix ".svc.cluster.local" (lower $name))) (regexMatch "(^|[.])(example|test|invalid|localhost|localdomain|local)$|(^|[.])example[.](org|com|net)$|^(changeme|change-me|placeholder|todo|your-?domain|foo|bar|acme)([.]|$)|^[0-9.]+$|:" (lower $name)) -}}
{{ fail (printf "%s names %q, a placeholder: give your own, or set strict: false where this is a test" $what $name) }}
{{- end -}}
{{- end -}}
{{- if and (eq $v.image.tag "latest") (not $v.image.digest) -}}
{{ fail "image.tag is \"latest\": name a version or give image.digest, or set strict: false where this is a test" }}
{{- end -}}
{{- end -}}
{{- if gt (int $v.replicas) 1 -}}
{{ fail (printf "replicas is %d: replicas do not share keys and ledger yet, so each would be another broker; use 1" (int $v.replicas)) }}
{{- end -}}
{{- if and $v.policy.files $v.policy.existingConfigMap -}}
{{ fail "policy.files and policy.existingConfigMap are both given: the broker reads one folder" }}
{{- end -}}
{{- if and $v.kubernetes.keys (hasKey $v.policy.files "cluster-ca.pem") -}}
{{ fail "policy.files has \"cluster-ca.pem\", which kubernetes.keys puts there: give it another name" }}
{{- end -}}
{{- if and (or $v.kubernetes.reviewAttributes.pods $v.kubernetes.reviewAttributes.nodes) (not $v.kubernetes.review) -}}
{{ fail "kubernetes.reviewAttributes needs kubernetes.review: attributes are read for tokens that are reviewed" }}
{{- end -}}
{{- if and $v.kubernetes.webhook.enabled (not $v.kubernetes.customResources) -}}
{{ fail "kubernetes.webhook.enabled needs kubernetes.customResources: there is nothing else that it could refuse" }}
{{- end -}}
{{- if and $v.kubernetes.webhook.enabled (ne $v.tls.mode "own") -}}
{{ fail (printf "kubernetes.webhook.enabled with tls.mode %q: the API server trusts the broker's own authority, so the mode must be \"own\"" $v.tls.mode) }}
{{- end -}}
{{- range $at, $w := dict "kubernetes.webhook" $v.kubernetes.webhook "injector" $v.injector -}}
{{- if $w.enabled -}}
{{- if and $w.keepCaBundle $w.caBundle -}}{{ fail (printf "%s.caBundle is given, but %s.keepCaBundle is true, which puts the authority's own in its place: give one" $at $at) }}{{- end -}}
{{- if not (or $w.keepCaBundle $w.caBundle) -}}{{ fail (printf "%s.keepCaBundle is false: give %s.caBundle, by which the API server believes the webhook" $at $at) }}{{- end -}}
{{- if and (not $w.keepCaBundle) $v.strict (not $v.authority.secretName) -}}
{{ fail (printf "%s.caBundle without authority.secretName: the broker makes a new root every %s and nothing changes the value; give authority.secretName, or set strict: false where this is a test" $at $v.settings.keyLifetime) }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq $v.tls.mode "secret") (not $v.tls.secretName) -}}{{ fail "tls.mode is \"secret\": give tls.secretName" }}{{- end -}}
{{- if and (ne $v.tls.mode "secret") $v.tls.secretName -}}{{ fail (printf "tls.secretName is given, but tls.mode is %q" $v.tls.mode) }}{{- end -}}
{{- if and (eq $v.tls.mode "secret") $v.tls.dnsNames -}}{{ fail "tls.dnsNames is given, but tls.mode is \"secret\": the names are those of the given certificate" }}{{- end -}}
{{- if and (eq $v.tls.mode "certManager") (not $v.tls.certManager.issuerRef.name) -}}{{ fail "tls.mode is \"certManager\": give tls.certManager.issuerRef.name" }}{{- end -}}
{{- with $v.tls.certManager -}}
{{- if le (include "mintmark.seconds" .duration | int64) (include "mintmark.seconds" .renewBefore | int64) -}}
{{ fail (printf "tls.certManager.duration is %s: it must be more than renewBefore, %s" .duration .renewBefore) }}
{{- end -}}
{{- if lt (include "mintmark.seconds" .renewBefore | int64) (min (div (include "mintmark.seconds" .duration | int64) 4) 604800) -}}
{{ fail (printf "tls.certManager.renewBefore is %s: with less than a quarter of the duration, %s, or a week where that is shorter, the broker reports a certificate that nobody renews" .renewBefore .duration) }}
{{- end -}}
{{- end -}}
{{- if and (ne $v.tls.mode "certManager") $v.tls.certManager.issuerRef -}}{{ fail (printf "tls.certManager.issuerRef is given, but tls.mode is %q" $v.tls.mode) }}{{- end -}}
{{- with $v.store.postgresql -}}
{{- if eq (toString $v.store.kind) "postgresql" -}}
{{- if not .host -}}{{ fail "store.kind is \"postgresql\": give store.postgresql.host" }}{{- end -}}
{{- if and .clientCertificateSecret .passfileSecret -}}{{ fail "store.postgresql has a clientCertificateSecret and a passfileSecret: give one way to log in" }}{{- end -}}
{{- if not (or .clientCertificateSecret .passfileSecret) -}}{{ fail "store.postgresql has no way to log in: give clientCertificateSecret (no password) or passfileSecret" }}{{- end -}}
{{- if not .caSecret -}}{{ fail "store.kind is \"postgresql\": give store.postgresql.caSecret, by whose ca.crt the database's certificate is verified" }}{{- end -}}
{{- else if .host -}}
{{ fail (printf "store.postgresql.host is given, but store.kind is %q" (toString $v.store.kind)) }}
{{- end -}}
{{- end -}}
{{- with $v.settings -}}
{{- $signs := include "mintmark.seconds" .keyLifetime | int64 -}}
{{- if or (le $signs 1800) (gt $signs 315619200) -}}
{{ fail (printf "settings.keyLifetime is %s: a key is published for 30m before it signs, so it must be more than that, and ten years at most" .keyLifetime) }}
{{- end -}}
{{- if .ledgerRetention -}}
{{- $kept := include "mintmark.seconds" .ledgerRetention | int64 -}}
{{- if or (lt $kept 86400) (gt $kept 3153600000) -}}
{{ fail (printf "settings.ledgerRetention is %s: records are kept for a day at least, and for 36500d at most" .ledgerRetention) }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $v.settings.trustedProxies -}}
{{- if regexMatch "/0+$" . -}}{{ fail (printf "settings.trustedProxies has %q: everybody could speak for others" .) }}{{- end -}}
{{- if regexMatch "^[0:]*:ffff:" (lower .) -}}{{ fail (printf "settings.trustedProxies has %q: write an IPv4 network as one, such as 10.0.0.0/8" .) }}{{- end -}}
{{- $bits := regexFind "/[0-9]+$" . | trimPrefix "/" -}}
{{- if and $bits (gt (int $bits) (ternary 128 32 (contains ":" .))) -}}{{ fail (printf "settings.trustedProxies has %q: an address has no so many bits" .) }}{{- end -}}
{{- if and $bits (lt (int $bits) (ternary 16 8 (contains ":" .))) -}}
{{ fail (printf "settings.trustedProxies has %q: a network so large is no proxy's; give IPv4 networks of /8 or smaller, IPv6 networks of /16 or smaller" .) }}
{{- end -}}
{{- end -}}
{{- range $v.extraEnv -}}
{{- if not (regexMatch "^(TZ|OTEL_(EXPORTER_OTLP_HEADERS|SERVICE_NAME|RESOURCE_ATTRIBUTES|SDK_DISABLED))$" .name) -}}
{{ fail (printf "extraEnv sets %q: only TZ, OTEL_EXPORTER_OTLP_HEADERS, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and OTEL_SDK_DISABLED may be; what else counts has a value of its own" .name) }}
{{- end -}}
{{- end -}}
{{- if and $v.ingress.enabled (eq $v.ingress.controller "other") (not $v.ingress.annotations) -}}
{{ fail "ingress.controller is \"other\": give the ingress.annotations by which it passes TLS through, or client certificates do not arrive" }}
{{- end -}}
{{- if and $v.gateway.enabled (not $v.gateway.parentRefs) -}}{{ fail "gateway.enabled: give gateway.parentRefs" }}{{- end -}}
{{- if and $v.networkPolicy.enabled (or (include "mintmark.callsCluster" .) $v.injector.enabled) (not $v.networkPolicy.apiServer) -}}
{{ fail "networkPolicy denies calls of the API server, which kubernetes.* or the injector makes: give networkPolicy.apiServer" }}
{{- end -}}
{{- if and $v.networkPolicy.enabled (not $v.networkPolicy.egress) -}}
{{- if eq (toString $v.store.kind) "postgresql" -}}{{ fail "networkPolicy denies calls of the database: give networkPolicy.egress a rule for store.postgresql.host" }}{{- end -}}
{{- if $v.settings.tracing.endpoint -}}{{ fail "networkPolicy denies calls of the collector: give networkPolicy.egress a rule for settings.tracing.endpoint" }}{{- end -}}
{{- end -}}
{{- if and $v.networkPolicy.enabled (ne $v.service.type "ClusterIP") -}}
{{- $blocks := list -}}
{{- range $v.networkPolicy.clients -}}{{- if .ipBlock -}}{{- $blocks = append $blocks .ipBlock.cidr -}}{{- end -}}{{- end -}}
{{- if and (eq $v.service.externalTrafficPolicy "Cluster") (not $blocks) -}}
{{ fail (printf "service.type %q with externalTrafficPolicy \"Cluster\": callers come with a node's address, which networkPolicy denies: give the nodes' networks as an ipBlock in networkPolicy.clients" $v.service.type) }}
{{- else if not (or $blocks $v.service.loadBalancerSourceRanges) -}}
{{ fail (printf "service.type %q: networkPolicy denies callers from outside: give %s as an ipBlock in networkPolicy.clients" $v.service.type (ternary "service.loadBalancerSourceRanges, or their networks" "their networks" (eq $v.service.type "LoadBalancer"))) }}
{{- end -}}
{{- end -}}
{{- if and $v.networkPolicy.enabled (or $v.monitoring.serviceMonitor.enabled $v.monitoring.podMonitor.enabled) (not $v.networkPolicy.monitoring) -}}
{{ fail "networkPolicy denies scraping: give networkPolicy.monitoring, the peers that Prometheus runs as" }}
{{- end -}}
{{- if and $v.monitoring.prometheusRule.enabled (not $v.monitoring.prometheusRule.runbooks) -}}
{{ fail "monitoring.prometheusRule.enabled: give monitoring.prometheusRule.runbooks, the URL of the pages that its alerts lead to" }}
{{- end -}}
{{- if and $v.monitoring.serviceMonitor.enabled $v.monitoring.podMonitor.enabled -}}
{{ fail "monitoring.serviceMonitor and monitoring.podMonitor are both enabled: everything would count twice" }}
{{- end -}}
{{- if and $v.priorityClassName $v.priorityClass.create -}}{{ fail "priorityClassName and priorityClass.create are both given: a pod has one class" }}{{- end -}}
{{- if and (not $v.serviceAccount.create) (not $v.serviceAccount.name) -}}{{ fail "serviceAccount.create is false: give serviceAccount.name" }}{{- end -}}
{{- if and (eq $v.serviceAccount.name "default") (include "mintmark.hasRole" .) -}}{{ fail "serviceAccount.name is \"default\": the broker's rights would be every pod's of the namespace" }}{{- end -}}
{{- if and $v.service.loadBalancerSourceRanges (ne $v.service.type "LoadBalancer") -}}{{ fail (printf "service.loadBalancerSourceRanges is given, but service.type is %q" $v.service.type) }}{{- end -}}
{{- if gt (int $v.probes.timeoutSeconds) (int $v.probes.periodSeconds) -}}
{{ fail (printf "probes.timeoutSeconds is %d: it must not be more than periodSeconds, %d" (int $v.probes.timeoutSeconds) (int $v.probes.periodSeconds)) }}
{{- end -}}
{{- if le (int $v.terminationGracePeriodSeconds) (add (int $v.preStopSeconds) 20) -}}
{{ fail (printf "terminationGracePeriodSeconds is %d: it must be more than preStopSeconds and the 20 s that requests under way get" (int $v.terminationGracePeriodSeconds)) }}
{{- end -}}
{{- $heap := include "mintmark.mebibytes" $v.heap | int -}}
{{- $limit := include "mintmark.mebibytes" $v.resources.limits.memory | int -}}
{{- if lt $heap 64 -}}{{ fail (printf "heap is %s: the broker does not start in less than 64m" $v.heap) }}{{- end -}}
{{- if lt $limit (add $heap 256) -}}
{{ fail (printf "resources.limits.memory is %s: it must be at least the heap of %s and 256Mi" $v.resources.limits.memory $v.heap) }}
{{- end -}}
{{- if lt $limit (include "mintmark.mebibytes" $v.resources.requests.memory | int) -}}
{{ fail (printf "resources.requests.memory %s is more than the limit of %s" $v.resources.requests.memory $v.resources.limits.memory) }}
{{- end -}}
{{/* helm template knows no cluster, and says so by knowing no kinds */}}
{{- if and $v.kubernetes.trustBundle (.Capabilities.APIVersions.Has "v1/Pod") (not (.Capabilities.APIVersions.Has "certificates.k8s.io/v1beta1/ClusterTrustBundle")) -}}
{{ fail "kubernetes.trustBundle: the API server does not serve ClusterTrustBundle of certificates.k8s.io/v1beta1, which has to be switched on there" }}
{{- end -}}
{{- with $v.injector -}}
{{- if .enabled -}}
{{- if and .trust.configMap .trust.clusterTrustBundle -}}{{ fail "injector.trust has a configMap and a clusterTrustBundle: give one" }}{{- end -}}
{{- if not (or .trust.configMap .trust.clusterTrustBundle) -}}{{ fail "injector.trust is not set: give configMap or clusterTrustBundle, by which the broker is known" }}{{- end -}}
{{- if and .trust.configMap $v.strict (eq $v.tls.mode "own") (not $v.authority.secretName) -}}
{{ fail (printf "injector.trust.configMap with tls.mode \"own\" and no authority.secretName: the broker makes a new root every %s and nothing changes the ConfigMap; give authority.secretName, injector.trust.clusterTrustBundle or another tls.mode, or set strict: false where this is a test" $v.settings.keyLifetime) }}
{{- end -}}
{{- if and .trust.clusterTrustBundle (not $v.kubernetes.trustBundle) -}}{{ fail "injector.trust.clusterTrustBundle needs kubernetes.trustBundle, which publishes it" }}{{- end -}}
{{- if and .trust.clusterTrustBundle (ne $v.tls.mode "own") -}}{{ fail (printf "injector.trust.clusterTrustBundle with tls.mode %q: the bundle has the broker's own authority, which did not issue that certificate" $v.tls.mode) }}{{- end -}}
{{- range $profile, $what := .profiles -}}
{{- if regexMatch "^(/(bin|boot|dev|etc|lib|lib64|opt/mintmark|proc|sbin|sys|usr|(var/)?run/secrets)(/.*)?|/(home|opt|root|run|srv|tmp|var|var/lib|var/run))$" (toString $what.folder) -}}
{{ fail (printf "injector.profiles.%s.folder is %q: the volume would hide what containers need there; give a folder of its own, such as /run/mintmark" $profile $what.folder) }}
{{- end -}}
{{- end -}}
{{- if not (hasKey .profiles "default") -}}{{ fail "injector.profiles has no \"default\", which pods get that name none" }}{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* 90m, 720h or 7d as a number of seconds. */}}
{{- define "mintmark.seconds" -}}
{{- mul (regexFind "^[0-9]+" . | int64) (get (dict "s" 1 "m" 60 "h" 3600 "d" 86400) (regexFind "[smhd]$" .)) -}}
{{- end -}}

{{/* 256m, 1g, 512Mi or 1Gi as a number of mebibytes. */}}
{{- define "mintmark.mebibytes" -}}
{{- $number := regexFind "^[0-9]+" . | int -}}
{{- if hasPrefix "g" (lower (regexReplaceAll "^[0-9]+" . "")) -}}{{ mul $number 1024 }}{{- else -}}{{ $number }}{{- end -}}
{{- end -}}

{{/* A size of a claim as a number of kibibytes, to compare by; 0 where it is written otherwise than this chart does. */}}
{{- define "mintmark.kibibytes" -}}
{{- if regexMatch "^[0-9]+(Ki|Mi|Gi|Ti)$" . -}}
{{- $number := regexFind "^[0-9]+" . | int64 -}}
{{- $unit := regexFind "[KMGT]i$" . -}}
{{- mul $number (get (dict "Ki" 1 "Mi" 1024 "Gi" 1048576 "Ti" 1073741824) $unit) -}}
{{- else -}}0{{- end -}}
{{- end -}}
