{{- define "generic.labels" -}}
app.kubernetes.io/name: {{ .Release.Name | trunc 63 }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
{{- define "generic.image" -}}
{{ required "image.repository is missing" .Values.image.repository }}
{{- with .Values.image.tag }}:{{ . }}{{ end }}
{{- with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}
