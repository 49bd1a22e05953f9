const NONE = 'jqPathExpressions: null\njsonPointers: null\n';
const MANAGERS = 'managedFieldsManagers: null\n';

/** What Argo CD tells of its own configuration, as one has it that nobody changed. */
export function settings(url: string): unknown {
  return {
    url,
    appLabelKey: 'app.kubernetes.io/instance',
    resourceOverrides: {
      '*/*': {
        ignoreDifferences: `jqPathExpressions: null\njsonPointers:\n- /status\n${MANAGERS}`,
        ignoreResourceUpdates: `${NONE}${MANAGERS}`,
      },
    },
    googleAnalytics: { anonymizeUsers: true },
    kustomizeOptions: { BuildOptions: '', BinaryPath: '', Versions: null },
    help: {},
    passwordPattern: '^.{8,32}$',
    trackingMethod: 'annotation',
    controllerNamespace: 'argocd',
    syncWithReplaceAllowed: true,
    resourceViewEnabled: true,
  };
}
