import { ManifestSource } from '@fairway/backstage-plugin-argocd-promotion-node';
import { digest, old, source } from './plans';

/** Files as teams write them, and the patch that a promotion of checkout 1.3.0 to production must make of them. */
interface CorpusCase {
  name: string;
  files: Record<string, string>;
  sources: ManifestSource[];
  patch: string;
}

const crlf = (text: string) => text.replace(/\n/g, '\r\n');

export const corpus: CorpusCase[] = [
  {
    name: 'a kustomize overlay with comments, list items at the key, and generators',
    sources: [source('overlays/prod')],
    files: {
      'overlays/prod/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop   # keep in step with the AppProject

resources:
- ../../base
- ingress.yaml

# Pinned by hand until the registry moves.
images:
- name: registry.example.com/shop/proxy
  newTag: "2024.10" # not ours
- name: registry.example.com/shop/checkout   # ours
  # the tag is for people, the digest counts
  newTag: 1.2.0
  digest: ${old}

configMapGenerator:
- name: checkout
  literals: [LOG_LEVEL=info]
`,
    },
    patch: `--- a/overlays/prod/kustomization.yaml
+++ b/overlays/prod/kustomization.yaml
@@ -12,8 +12,8 @@
   newTag: "2024.10" # not ours
 - name: registry.example.com/shop/checkout   # ours
   # the tag is for people, the digest counts
-  newTag: 1.2.0
-  digest: ${old}
+  newTag: 1.3.0
+  digest: ${digest}
 
 configMapGenerator:
 - name: checkout
`,
  },
  {
    name: 'a kustomize overlay in flow style with CRLF and no last line ending',
    sources: [source('prod')],
    files: {
      'prod/kustomization.yml': crlf(`# Windows was here
resources: [ ../base ]
images: [
  { name: proxy, newTag: '1' },
  { name: checkout, newName: registry.example.com/shop/checkout, newTag: 'v1.2.0' }, # pin
]
replicas: [{ name: checkout, count: 3 }]`),
    },
    patch: `--- a/prod/kustomization.yml
+++ b/prod/kustomization.yml
@@ -2,6 +2,6 @@
 resources: [ ../base ]
 images: [
   { name: proxy, newTag: '1' },
-  { name: checkout, newName: registry.example.com/shop/checkout, newTag: 'v1.2.0' }, # pin
+  { name: checkout, newName: registry.example.com/shop/checkout, newTag: '1.3.0', digest: '${digest}' }, # pin
 ]
 replicas: [{ name: checkout, count: 3 }]
\\ No newline at end of file
`,
  },
  {
    name: 'Helm values of an umbrella chart with a registry of its own and anchors',
    sources: [
      source('charts/shop', {
        helm: { valueFiles: ['values-common.yaml', '../../envs/prod.yaml'] },
      }),
    ],
    files: {
      'charts/shop/Chart.yaml':
        'apiVersion: v2\nname: shop\ndependencies:\n- name: checkout\n',
      'charts/shop/values.yaml': `global:
  imageRegistry: registry.example.com
checkout:
  image:
    repository: shop/checkout
    tag: ""
    digest: ""
`,
      'charts/shop/values-common.yaml': `resources: &small
  requests: { cpu: 100m }
checkout:
  resources: *small
`,
      'envs/prod.yaml': `checkout:
    # Four spaces, because why not
    image:
        tag: &version "1.2.0"   # released 2026-01-12
        pullPolicy: IfNotPresent
    podLabels:
        app.kubernetes.io/version: "1.2.0"
`,
    },
    patch: `--- a/envs/prod.yaml
+++ b/envs/prod.yaml
@@ -1,7 +1,8 @@
 checkout:
     # Four spaces, because why not
     image:
-        tag: &version "1.2.0"   # released 2026-01-12
+        tag: &version "1.3.0"   # released 2026-01-12
+        digest: "${digest}"
         pullPolicy: IfNotPresent
     podLabels:
         app.kubernetes.io/version: "1.2.0"
`,
  },
  {
    name: 'Helm values with one scalar for the whole reference',
    sources: [source('chart', { helm: { valueFiles: ['prod.yaml'] } })],
    files: {
      'chart/Chart.yaml': 'name: checkout\n',
      'chart/values.yaml': 'image: registry.example.com/shop/checkout:latest\n',
      'chart/prod.yaml': `replicaCount: 4
image: >-
  registry.example.com/shop/checkout:1.2.0
migrations: {enabled: true, image: 'registry.example.com/shop/checkout:1.2.0'}
`,
    },
    patch: `--- a/chart/prod.yaml
+++ b/chart/prod.yaml
@@ -1,4 +1,4 @@
 replicaCount: 4
 image: >-
-  registry.example.com/shop/checkout:1.2.0
-migrations: {enabled: true, image: 'registry.example.com/shop/checkout:1.2.0'}
+  registry.example.com/shop/checkout:1.3.0@${digest}
+migrations: {enabled: true, image: 'registry.example.com/shop/checkout:1.3.0@${digest}'}
`,
  },
  {
    name: 'plain manifests of several documents: a Deployment, a Secret and a CronJob',
    sources: [source('apps/checkout')],
    files: {
      'apps/checkout/all.yaml': `---
# The service
apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
spec:
  template:
    metadata:
      annotations: {note: "image registry.example.com/shop/checkout:1.2.0"}
    spec:
      containers:
        - name: proxy
          image: registry.example.com/shop/proxy:7
        - image: "registry.example.com/shop/checkout:1.2.0@${old}"
          name: checkout
          env:
            - {name: DB_PASSWORD, value: hunter2}
---
apiVersion: v1
kind: Secret
metadata: {name: checkout}
stringData:
  image: registry.example.com/shop/checkout:1.2.0
...
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          initContainers: [{name: wait, image: "registry.example.com/shop/checkout:1.2.0@${old}"}]
          containers:
          - name: nightly
            image: busybox:1
`,
    },
    patch: `--- a/apps/checkout/all.yaml
+++ b/apps/checkout/all.yaml
@@ -12,7 +12,7 @@
       containers:
         - name: proxy
           image: registry.example.com/shop/proxy:7
-        - image: "registry.example.com/shop/checkout:1.2.0@${old}"
+        - image: "registry.example.com/shop/checkout:1.3.0@${digest}"
           name: checkout
           env:
             - {name: DB_PASSWORD, value: ********}
@@ -34,7 +34,7 @@
       template:
         spec:
           restartPolicy: Never
-          initContainers: [{name: wait, image: "registry.example.com/shop/checkout:1.2.0@${old}"}]
+          initContainers: [{name: wait, image: "registry.example.com/shop/checkout:1.3.0@${digest}"}]
           containers:
           - name: nightly
             image: busybox:1
`,
  },
  {
    name: 'a Rollout in a folder of manifests, written as JSON',
    sources: [source('apps', { directory: { recurse: true } })],
    files: {
      'apps/checkout/rollout.json': `{
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Rollout",
    "metadata": {"name": "checkout"},
    "spec": {
        "strategy": {"canary": {"steps": [{"setWeight": 20}, {"pause": {}}]}},
        "template": {"spec": {"containers": [
            {"name": "checkout", "image": "registry.example.com/shop/checkout@${old}", "env": [{"name": "API_TOKEN", "value": "s3cr3t"}]}
        ]}}
    }
}
`,
      'apps/checkout/service.yaml':
        'kind: Service\nmetadata: {name: checkout}\n',
    },
    patch: `--- a/apps/checkout/rollout.json
+++ b/apps/checkout/rollout.json
@@ -5,7 +5,7 @@
     "spec": {
         "strategy": {"canary": {"steps": [{"setWeight": 20}, {"pause": {}}]}},
         "template": {"spec": {"containers": [
-            {"name": "checkout", "image": "registry.example.com/shop/checkout@${old}", "env": [{"name": "API_TOKEN", "value": ********}]}
+            {"name": "checkout", "image": "registry.example.com/shop/checkout@${digest}", "env": [{"name": "API_TOKEN", "value": ********}]}
         ]}}
     }
 }
`,
  },
  {
    name: 'the values that a new chart begins with, used as they are',
    sources: [source('charts/checkout')],
    files: {
      'charts/checkout/Chart.yaml':
        'apiVersion: v2\nname: checkout\ntype: application\nversion: 0.1.0\nappVersion: "1.16.0"\n',
      'charts/checkout/templates/deployment.yaml':
        '          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"\n',
      'charts/checkout/values.yaml': `# Default values for checkout.
# This is a YAML-formatted file.
# Declare variables to be passed into your templates.

# This will set the replicaset count more information can be found here: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/
replicaCount: 1

# This sets the container image more information can be found here: https://kubernetes.io/docs/concepts/containers/images/
image:
  repository: registry.example.com/shop/checkout
  # This sets the pull policy for images.
  pullPolicy: IfNotPresent
  # Overrides the image tag whose default is the chart appVersion.
  tag: ""

# This is for the secrets for pulling an image from a private repository more information can be found here: https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
imagePullSecrets: []
# This is to override the chart name.
nameOverride: ""
fullnameOverride: ""
`,
    },
    patch: `--- a/charts/checkout/values.yaml
+++ b/charts/checkout/values.yaml
@@ -11,7 +11,7 @@
   # This sets the pull policy for images.
   pullPolicy: IfNotPresent
   # Overrides the image tag whose default is the chart appVersion.
-  tag: ""
+  tag: "1.3.0@${digest}"
 
 # This is for the secrets for pulling an image from a private repository more information can be found here: https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
 imagePullSecrets: []
`,
  },
  {
    name: 'a StatefulSet and its PodDisruptionBudget below a kustomization with generators, patches and a component',
    sources: [source('deploy/overlays/prod')],
    files: {
      'deploy/base/kustomization.yaml':
        'resources:\n  - statefulset.yaml\n  - pdb.yaml\nlabels:\n  - pairs: {app.kubernetes.io/part-of: shop}\n    includeSelectors: false\n',
      'deploy/base/statefulset.yaml':
        'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: checkout}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: checkout, image: registry.example.com/shop/checkout}\n',
      'deploy/base/pdb.yaml':
        'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: checkout}\n',
      'deploy/components/metrics/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n  - path: metrics.yaml\n',
      'deploy/components/metrics/metrics.yaml':
        'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: checkout}\nspec: {template: {metadata: {annotations: {prometheus.io/scrape: "true"}}}}\n',
      'deploy/overlays/prod/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization

namespace: shop-prod
namePrefix: prod-

resources:
  - ../../base
components:
  - ../../components/metrics

secretGenerator:
  - name: checkout
    literals:
      - DATABASE_URL=postgres://checkout:hunter2@db/shop
images:
  - name: registry.example.com/shop/checkout
    newTag: 1.2.0@${old}

replicas:
  - {name: checkout, count: 5}
patches:
  - target: {kind: StatefulSet}
    patch: |-
      - op: add
        path: /spec/template/spec/priorityClassName
        value: high
`,
    },
    patch: `--- a/deploy/overlays/prod/kustomization.yaml
+++ b/deploy/overlays/prod/kustomization.yaml
@@ -15,7 +15,7 @@
       - ********
 images:
   - name: registry.example.com/shop/checkout
-    newTag: 1.2.0@${old}
+    newTag: 1.3.0@${digest}
 
 replicas:
   - {name: checkout, count: 5}
`,
  },
];
