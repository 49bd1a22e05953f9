/* Made from argocd.swagger.json by scripts/argocd-types.mjs; do not edit. */
/* eslint-disable */
export interface paths {
  '/api/version': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['VersionService_Version'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/session/userinfo': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['SessionService_GetUserInfo'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['SessionService_Create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['ApplicationService_List'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/stream/applications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['ApplicationService_Watch'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['ApplicationService_Get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{applicationName}/resource-tree': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['ApplicationService_ResourceTree'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{applicationName}/managed-resources': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['ApplicationService_ManagedResources'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{name}/resource': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['ApplicationService_GetResource'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{name}/revisions/{revision}/metadata': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['ApplicationService_RevisionMetadata'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{name}/sync': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['ApplicationService_Sync'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/projects/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['ProjectService_Get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    applicationApplicationResourceResponse: {
      manifest?: string;
    };
    applicationApplicationSyncRequest: {
      appNamespace?: string;
      dryRun?: boolean;
      infos?: components['schemas']['v1alpha1Info'][];
      manifests?: string[];
      name?: string;
      project?: string;
      prune?: boolean;
      resources?: components['schemas']['v1alpha1SyncOperationResource'][];
      retryStrategy?: components['schemas']['v1alpha1RetryStrategy'];
      revision?: string;
      revisions?: string[];
      sourcePositions?: string[];
      strategy?: components['schemas']['v1alpha1SyncStrategy'];
      syncOptions?: components['schemas']['applicationSyncOptions'];
    };
    applicationManagedResourcesResponse: {
      items?: components['schemas']['v1alpha1ResourceDiff'][];
    };
    applicationSyncOptions: {
      items?: string[];
    };
    applicationv1alpha1EnvEntry: {
      name?: string;
      value?: string;
    };
    applicationv1alpha1ResourceStatus: {
      group?: string;
      health?: components['schemas']['v1alpha1HealthStatus'];
      hook?: boolean;
      kind?: string;
      name?: string;
      namespace?: string;
      requiresDeletionConfirmation?: boolean;
      requiresPruning?: boolean;
      status?: string;
      /** Format: int64 */
      syncWave?: number;
      version?: string;
    };
    intstrIntOrString: {
      /** Format: int32 */
      intVal?: number;
      strVal?: string;
      /** Format: int64 */
      type?: number;
    };
    protobufAny: {
      type_url?: string;
      /** Format: byte */
      value?: string;
    };
    runtimeError: {
      /** Format: int32 */
      code?: number;
      details?: components['schemas']['protobufAny'][];
      error?: string;
      message?: string;
    };
    runtimeRawExtension: {
      /** Format: byte */
      raw?: string;
    };
    runtimeStreamError: {
      details?: components['schemas']['protobufAny'][];
      /** Format: int32 */
      grpc_code?: number;
      /** Format: int32 */
      http_code?: number;
      http_status?: string;
      message?: string;
    };
    sessionGetUserInfoResponse: {
      groups?: string[];
      iss?: string;
      loggedIn?: boolean;
      username?: string;
    };
    sessionSessionCreateRequest: {
      password?: string;
      token?: string;
      username?: string;
    };
    sessionSessionResponse: {
      token?: string;
    };
    v1FieldsV1: {
      /** Format: byte */
      Raw?: string;
    };
    v1GroupKind: {
      group?: string;
      kind?: string;
    };
    v1ListMeta: {
      continue?: string;
      /** Format: int64 */
      remainingItemCount?: number;
      resourceVersion?: string;
      selfLink?: string;
      shardInfo?: components['schemas']['v1ShardInfo'];
    };
    v1LoadBalancerIngress: {
      hostname?: string;
      ip?: string;
      ipMode?: string;
      ports?: components['schemas']['v1PortStatus'][];
    };
    v1ManagedFieldsEntry: {
      apiVersion?: string;
      fieldsType?: string;
      fieldsV1?: components['schemas']['v1FieldsV1'];
      manager?: string;
      operation?: string;
      subresource?: string;
      time?: components['schemas']['v1Time'];
    };
    v1NodeSwapStatus: {
      /** Format: int64 */
      capacity?: number;
    };
    v1NodeSystemInfo: {
      architecture?: string;
      bootID?: string;
      containerRuntimeVersion?: string;
      kernelVersion?: string;
      kubeProxyVersion?: string;
      kubeletVersion?: string;
      machineID?: string;
      operatingSystem?: string;
      osImage?: string;
      swap?: components['schemas']['v1NodeSwapStatus'];
      systemUUID?: string;
    };
    v1ObjectMeta: {
      annotations?: {
        [key: string]: string;
      };
      creationTimestamp?: components['schemas']['v1Time'];
      /** Format: int64 */
      deletionGracePeriodSeconds?: number;
      deletionTimestamp?: components['schemas']['v1Time'];
      finalizers?: string[];
      generateName?: string;
      /** Format: int64 */
      generation?: number;
      labels?: {
        [key: string]: string;
      };
      managedFields?: components['schemas']['v1ManagedFieldsEntry'][];
      name?: string;
      namespace?: string;
      ownerReferences?: components['schemas']['v1OwnerReference'][];
      resourceVersion?: string;
      selfLink?: string;
      uid?: string;
    };
    v1OwnerReference: {
      apiVersion?: string;
      blockOwnerDeletion?: boolean;
      controller?: boolean;
      kind?: string;
      name?: string;
      uid?: string;
    };
    v1PortStatus: {
      error?: string;
      /** Format: int32 */
      port?: number;
      protocol?: string;
    };
    v1ShardInfo: {
      selector?: string;
    };
    /** Format: date-time */
    v1Time: string;
    v1alpha1AppHealthStatus: {
      lastTransitionTime?: components['schemas']['v1Time'];
      message?: string;
      status?: string;
    };
    v1alpha1AppProject: {
      metadata?: components['schemas']['v1ObjectMeta'];
      spec?: components['schemas']['v1alpha1AppProjectSpec'];
      status?: components['schemas']['v1alpha1AppProjectStatus'];
    };
    v1alpha1AppProjectSpec: {
      clusterResourceBlacklist?: components['schemas']['v1alpha1ClusterResourceRestrictionItem'][];
      clusterResourceWhitelist?: components['schemas']['v1alpha1ClusterResourceRestrictionItem'][];
      description?: string;
      destinationServiceAccounts?: components['schemas']['v1alpha1ApplicationDestinationServiceAccount'][];
      destinations?: components['schemas']['v1alpha1ApplicationDestination'][];
      namespaceResourceBlacklist?: components['schemas']['v1GroupKind'][];
      namespaceResourceWhitelist?: components['schemas']['v1GroupKind'][];
      orphanedResources?: components['schemas']['v1alpha1OrphanedResourcesMonitorSettings'];
      permitOnlyProjectScopedClusters?: boolean;
      roles?: components['schemas']['v1alpha1ProjectRole'][];
      signatureKeys?: components['schemas']['v1alpha1SignatureKey'][];
      sourceIntegrity?: components['schemas']['v1alpha1SourceIntegrity'];
      sourceNamespaces?: string[];
      sourceRepos?: string[];
      syncWindows?: components['schemas']['v1alpha1SyncWindow'][];
    };
    v1alpha1AppProjectStatus: {
      jwtTokensByRole?: {
        [key: string]: components['schemas']['v1alpha1JWTTokens'];
      };
    };
    v1alpha1Application: {
      metadata?: components['schemas']['v1ObjectMeta'];
      operation?: components['schemas']['v1alpha1Operation'];
      spec?: components['schemas']['v1alpha1ApplicationSpec'];
      status?: components['schemas']['v1alpha1ApplicationStatus'];
    };
    v1alpha1ApplicationCondition: {
      lastTransitionTime?: components['schemas']['v1Time'];
      message?: string;
      type?: string;
    };
    v1alpha1ApplicationDestination: {
      name?: string;
      namespace?: string;
      server?: string;
    };
    v1alpha1ApplicationDestinationServiceAccount: {
      defaultServiceAccount?: string;
      namespace?: string;
      server?: string;
    };
    v1alpha1ApplicationList: {
      items?: components['schemas']['v1alpha1Application'][];
      metadata?: components['schemas']['v1ListMeta'];
    };
    v1alpha1ApplicationSource: {
      chart?: string;
      directory?: components['schemas']['v1alpha1ApplicationSourceDirectory'];
      helm?: components['schemas']['v1alpha1ApplicationSourceHelm'];
      kustomize?: components['schemas']['v1alpha1ApplicationSourceKustomize'];
      name?: string;
      path?: string;
      plugin?: components['schemas']['v1alpha1ApplicationSourcePlugin'];
      ref?: string;
      repoURL?: string;
      tagPrefix?: string;
      targetRevision?: string;
    };
    v1alpha1ApplicationSourceDirectory: {
      disableExtensionFilter?: boolean;
      exclude?: string;
      include?: string;
      jsonnet?: components['schemas']['v1alpha1ApplicationSourceJsonnet'];
      recurse?: boolean;
    };
    v1alpha1ApplicationSourceHelm: {
      apiVersions?: string[];
      fileParameters?: components['schemas']['v1alpha1HelmFileParameter'][];
      ignoreMissingValueFiles?: boolean;
      kubeVersion?: string;
      namespace?: string;
      parameters?: components['schemas']['v1alpha1HelmParameter'][];
      passCredentials?: boolean;
      releaseName?: string;
      skipCrds?: boolean;
      skipSchemaValidation?: boolean;
      skipTests?: boolean;
      valueFiles?: string[];
      values?: string;
      valuesObject?: components['schemas']['runtimeRawExtension'];
      version?: string;
    };
    v1alpha1ApplicationSourceJsonnet: {
      extVars?: components['schemas']['v1alpha1JsonnetVar'][];
      libs?: string[];
      tlas?: components['schemas']['v1alpha1JsonnetVar'][];
    };
    v1alpha1ApplicationSourceKustomize: {
      apiVersions?: string[];
      commonAnnotations?: {
        [key: string]: string;
      };
      commonAnnotationsEnvsubst?: boolean;
      commonLabels?: {
        [key: string]: string;
      };
      components?: string[];
      forceCommonAnnotations?: boolean;
      forceCommonLabels?: boolean;
      ignoreMissingComponents?: boolean;
      images?: string[];
      kubeVersion?: string;
      labelIncludeTemplates?: boolean;
      labelWithoutSelector?: boolean;
      namePrefix?: string;
      nameSuffix?: string;
      namespace?: string;
      patches?: components['schemas']['v1alpha1KustomizePatch'][];
      replicas?: components['schemas']['v1alpha1KustomizeReplica'][];
      version?: string;
    };
    v1alpha1ApplicationSourcePlugin: {
      env?: components['schemas']['applicationv1alpha1EnvEntry'][];
      name?: string;
      parameters?: components['schemas']['v1alpha1ApplicationSourcePluginParameter'][];
    };
    v1alpha1ApplicationSourcePluginParameter: {
      array?: string[];
      map?: {
        [key: string]: string;
      };
      name?: string;
      string?: string;
    };
    v1alpha1ApplicationSpec: {
      destination?: components['schemas']['v1alpha1ApplicationDestination'];
      ignoreDifferences?: components['schemas']['v1alpha1ResourceIgnoreDifferences'][];
      info?: components['schemas']['v1alpha1Info'][];
      project?: string;
      /** Format: int64 */
      revisionHistoryLimit?: number;
      source?: components['schemas']['v1alpha1ApplicationSource'];
      sourceHydrator?: components['schemas']['v1alpha1SourceHydrator'];
      sources?: components['schemas']['v1alpha1ApplicationSource'][];
      syncPolicy?: components['schemas']['v1alpha1SyncPolicy'];
    };
    v1alpha1ApplicationStatus: {
      conditions?: components['schemas']['v1alpha1ApplicationCondition'][];
      controllerNamespace?: string;
      health?: components['schemas']['v1alpha1AppHealthStatus'];
      history?: components['schemas']['v1alpha1RevisionHistory'][];
      observedAt?: components['schemas']['v1Time'];
      operationState?: components['schemas']['v1alpha1OperationState'];
      reconciledAt?: components['schemas']['v1Time'];
      resourceHealthSource?: string;
      resources?: components['schemas']['applicationv1alpha1ResourceStatus'][];
      sourceHydrator?: components['schemas']['v1alpha1SourceHydratorStatus'];
      sourceType?: string;
      sourceTypes?: string[];
      summary?: components['schemas']['v1alpha1ApplicationSummary'];
      sync?: components['schemas']['v1alpha1SyncStatus'];
    };
    v1alpha1ApplicationSummary: {
      externalURLs?: string[];
      images?: string[];
      isAppOfApps?: boolean;
    };
    v1alpha1ApplicationTree: {
      hosts?: components['schemas']['v1alpha1HostInfo'][];
      nodes?: components['schemas']['v1alpha1ResourceNode'][];
      orphanedNodes?: components['schemas']['v1alpha1ResourceNode'][];
      /** Format: int64 */
      shardsCount?: number;
    };
    v1alpha1ApplicationWatchEvent: {
      application?: components['schemas']['v1alpha1Application'];
      type?: string;
    };
    v1alpha1Backoff: {
      duration?: string;
      /** Format: int64 */
      factor?: number;
      maxDuration?: string;
    };
    v1alpha1ClusterResourceRestrictionItem: {
      group?: string;
      kind?: string;
      name?: string;
    };
    v1alpha1CommitMetadata: {
      author?: string;
      body?: string;
      date?: string;
      repoUrl?: string;
      sha?: string;
      subject?: string;
    };
    v1alpha1ComparedTo: {
      destination?: components['schemas']['v1alpha1ApplicationDestination'];
      ignoreDifferences?: components['schemas']['v1alpha1ResourceIgnoreDifferences'][];
      source?: components['schemas']['v1alpha1ApplicationSource'];
      sources?: components['schemas']['v1alpha1ApplicationSource'][];
    };
    v1alpha1DrySource: {
      directory?: components['schemas']['v1alpha1ApplicationSourceDirectory'];
      helm?: components['schemas']['v1alpha1ApplicationSourceHelm'];
      kustomize?: components['schemas']['v1alpha1ApplicationSourceKustomize'];
      path?: string;
      plugin?: components['schemas']['v1alpha1ApplicationSourcePlugin'];
      repoURL?: string;
      targetRevision?: string;
    };
    v1alpha1HealthStatus: {
      lastTransitionTime?: components['schemas']['v1Time'];
      message?: string;
      status?: string;
    };
    v1alpha1HelmFileParameter: {
      name?: string;
      path?: string;
    };
    v1alpha1HelmParameter: {
      forceString?: boolean;
      name?: string;
      value?: string;
    };
    v1alpha1HostInfo: {
      labels?: {
        [key: string]: string;
      };
      name?: string;
      resourcesInfo?: components['schemas']['v1alpha1HostResourceInfo'][];
      systemInfo?: components['schemas']['v1NodeSystemInfo'];
    };
    v1alpha1HostResourceInfo: {
      /** Format: int64 */
      capacity?: number;
      /** Format: int64 */
      requestedByApp?: number;
      /** Format: int64 */
      requestedByNeighbors?: number;
      resourceName?: string;
    };
    v1alpha1HydrateOperation: {
      drySHA?: string;
      finishedAt?: components['schemas']['v1Time'];
      hydratedSHA?: string;
      message?: string;
      phase?: string;
      sourceHydrator?: components['schemas']['v1alpha1SourceHydrator'];
      startedAt?: components['schemas']['v1Time'];
    };
    v1alpha1HydrateTo: {
      targetBranch?: string;
    };
    v1alpha1Info: {
      name?: string;
      value?: string;
    };
    v1alpha1InfoItem: {
      name?: string;
      value?: string;
    };
    v1alpha1JWTToken: {
      /** Format: int64 */
      exp?: number;
      /** Format: int64 */
      iat?: number;
      id?: string;
    };
    v1alpha1JWTTokens: {
      items?: components['schemas']['v1alpha1JWTToken'][];
    };
    v1alpha1JsonnetVar: {
      code?: boolean;
      name?: string;
      value?: string;
    };
    v1alpha1KustomizeGvk: {
      group?: string;
      kind?: string;
      version?: string;
    };
    v1alpha1KustomizePatch: {
      options?: {
        [key: string]: boolean;
      };
      patch?: string;
      path?: string;
      target?: components['schemas']['v1alpha1KustomizeSelector'];
    };
    v1alpha1KustomizeReplica: {
      count?: components['schemas']['intstrIntOrString'];
      name?: string;
    };
    v1alpha1KustomizeResId: {
      gvk?: components['schemas']['v1alpha1KustomizeGvk'];
      name?: string;
      namespace?: string;
    };
    v1alpha1KustomizeSelector: {
      annotationSelector?: string;
      labelSelector?: string;
      resId?: components['schemas']['v1alpha1KustomizeResId'];
    };
    v1alpha1ManagedNamespaceMetadata: {
      annotations?: {
        [key: string]: string;
      };
      labels?: {
        [key: string]: string;
      };
    };
    v1alpha1Operation: {
      info?: components['schemas']['v1alpha1Info'][];
      initiatedBy?: components['schemas']['v1alpha1OperationInitiator'];
      retry?: components['schemas']['v1alpha1RetryStrategy'];
      sync?: components['schemas']['v1alpha1SyncOperation'];
    };
    v1alpha1OperationInitiator: {
      automated?: boolean;
      username?: string;
    };
    v1alpha1OperationState: {
      finishedAt?: components['schemas']['v1Time'];
      message?: string;
      operation?: components['schemas']['v1alpha1Operation'];
      phase?: string;
      /** Format: int64 */
      retryCount?: number;
      startedAt?: components['schemas']['v1Time'];
      syncResult?: components['schemas']['v1alpha1SyncOperationResult'];
    };
    v1alpha1OrphanedResourceKey: {
      group?: string;
      kind?: string;
      name?: string;
    };
    v1alpha1OrphanedResourcesMonitorSettings: {
      ignore?: components['schemas']['v1alpha1OrphanedResourceKey'][];
      warn?: boolean;
    };
    v1alpha1ProjectRole: {
      description?: string;
      groups?: string[];
      jwtTokens?: components['schemas']['v1alpha1JWTToken'][];
      name?: string;
      policies?: string[];
    };
    v1alpha1ResourceDiff: {
      diff?: string;
      group?: string;
      hook?: boolean;
      kind?: string;
      liveState?: string;
      modified?: boolean;
      name?: string;
      namespace?: string;
      normalizedLiveState?: string;
      predictedLiveState?: string;
      resourceVersion?: string;
      targetState?: string;
    };
    v1alpha1ResourceIgnoreDifferences: {
      group?: string;
      jqPathExpressions?: string[];
      jsonPointers?: string[];
      kind?: string;
      managedFieldsManagers?: string[];
      name?: string;
      namespace?: string;
    };
    v1alpha1ResourceNetworkingInfo: {
      externalURLs?: string[];
      ingress?: components['schemas']['v1LoadBalancerIngress'][];
      labels?: {
        [key: string]: string;
      };
      targetLabels?: {
        [key: string]: string;
      };
      targetRefs?: components['schemas']['v1alpha1ResourceRef'][];
    };
    v1alpha1ResourceNode: {
      createdAt?: components['schemas']['v1Time'];
      health?: components['schemas']['v1alpha1HealthStatus'];
      images?: string[];
      info?: components['schemas']['v1alpha1InfoItem'][];
      networkingInfo?: components['schemas']['v1alpha1ResourceNetworkingInfo'];
      parentRefs?: components['schemas']['v1alpha1ResourceRef'][];
      resourceVersion?: string;
    } & components['schemas']['v1alpha1ResourceRef'];
    v1alpha1ResourceRef: {
      group?: string;
      kind?: string;
      name?: string;
      namespace?: string;
      uid?: string;
      version?: string;
    };
    v1alpha1ResourceResult: {
      group?: string;
      hookPhase?: string;
      hookType?: string;
      images?: string[];
      kind?: string;
      message?: string;
      name?: string;
      namespace?: string;
      status?: string;
      syncPhase?: string;
      version?: string;
    };
    v1alpha1RetryStrategy: {
      backoff?: components['schemas']['v1alpha1Backoff'];
      /** Format: int64 */
      limit?: number;
      refresh?: boolean;
    };
    v1alpha1RevisionHistory: {
      deployStartedAt?: components['schemas']['v1Time'];
      deployedAt?: components['schemas']['v1Time'];
      /** Format: int64 */
      id?: number;
      initiatedBy?: components['schemas']['v1alpha1OperationInitiator'];
      revision?: string;
      revisions?: string[];
      source?: components['schemas']['v1alpha1ApplicationSource'];
      sources?: components['schemas']['v1alpha1ApplicationSource'][];
    };
    v1alpha1RevisionMetadata: {
      author?: string;
      date?: components['schemas']['v1Time'];
      message?: string;
      references?: components['schemas']['v1alpha1RevisionReference'][];
      signatureInfo?: string;
      sourceIntegrityResult?: components['schemas']['v1alpha1SourceIntegrityCheckResult'];
      tags?: string[];
    };
    v1alpha1RevisionReference: {
      commit?: components['schemas']['v1alpha1CommitMetadata'];
    };
    v1alpha1SignatureKey: {
      keyID?: string;
    };
    v1alpha1SourceHydrator: {
      drySource?: components['schemas']['v1alpha1DrySource'];
      hydrateTo?: components['schemas']['v1alpha1HydrateTo'];
      syncSource?: components['schemas']['v1alpha1SyncSource'];
    };
    v1alpha1SourceHydratorStatus: {
      currentOperation?: components['schemas']['v1alpha1HydrateOperation'];
      lastComparedDryRevision?: string;
      lastSuccessfulOperation?: components['schemas']['v1alpha1SuccessfulHydrateOperation'];
    };
    v1alpha1SourceIntegrity: {
      git?: components['schemas']['v1alpha1SourceIntegrityGit'];
    };
    v1alpha1SourceIntegrityCheckResult: {
      checks?: components['schemas']['v1alpha1SourceIntegrityCheckResultItem'][];
    };
    v1alpha1SourceIntegrityCheckResultItem: {
      name?: string;
      problems?: string[];
    };
    v1alpha1SourceIntegrityGit: {
      policies?: components['schemas']['v1alpha1SourceIntegrityGitPolicy'][];
    };
    v1alpha1SourceIntegrityGitPolicy: {
      gpg?: components['schemas']['v1alpha1SourceIntegrityGitPolicyGPG'];
      repos?: components['schemas']['v1alpha1SourceIntegrityGitPolicyRepo'][];
    };
    v1alpha1SourceIntegrityGitPolicyGPG: {
      keys?: string[];
      mode?: string;
    };
    v1alpha1SourceIntegrityGitPolicyRepo: {
      url?: string;
    };
    v1alpha1SuccessfulHydrateOperation: {
      drySHA?: string;
      hydratedSHA?: string;
      sourceHydrator?: components['schemas']['v1alpha1SourceHydrator'];
    };
    v1alpha1SyncOperation: {
      /** Format: int64 */
      autoHealAttemptsCount?: number;
      dryRun?: boolean;
      manifests?: string[];
      prune?: boolean;
      resources?: components['schemas']['v1alpha1SyncOperationResource'][];
      revision?: string;
      revisions?: string[];
      source?: components['schemas']['v1alpha1ApplicationSource'];
      sources?: components['schemas']['v1alpha1ApplicationSource'][];
      syncOptions?: string[];
      syncStrategy?: components['schemas']['v1alpha1SyncStrategy'];
    };
    v1alpha1SyncOperationResource: {
      group?: string;
      kind?: string;
      name?: string;
      namespace?: string;
    };
    v1alpha1SyncOperationResult: {
      managedNamespaceMetadata?: components['schemas']['v1alpha1ManagedNamespaceMetadata'];
      resources?: components['schemas']['v1alpha1ResourceResult'][];
      revision?: string;
      revisions?: string[];
      source?: components['schemas']['v1alpha1ApplicationSource'];
      sources?: components['schemas']['v1alpha1ApplicationSource'][];
    };
    v1alpha1SyncPolicy: {
      automated?: components['schemas']['v1alpha1SyncPolicyAutomated'];
      managedNamespaceMetadata?: components['schemas']['v1alpha1ManagedNamespaceMetadata'];
      retry?: components['schemas']['v1alpha1RetryStrategy'];
      syncOptions?: string[];
    };
    v1alpha1SyncPolicyAutomated: {
      allowEmpty?: boolean;
      enabled?: boolean;
      prune?: boolean;
      selfHeal?: boolean;
    };
    v1alpha1SyncSource: {
      path?: string;
      repoURL?: string;
      targetBranch?: string;
    };
    v1alpha1SyncStatus: {
      comparedTo?: components['schemas']['v1alpha1ComparedTo'];
      revision?: string;
      revisions?: string[];
      status?: string;
    };
    v1alpha1SyncStrategy: {
      apply?: components['schemas']['v1alpha1SyncStrategyApply'];
      hook?: components['schemas']['v1alpha1SyncStrategyHook'];
    };
    v1alpha1SyncStrategyApply: {
      force?: boolean;
    };
    v1alpha1SyncStrategyHook: {
      syncStrategyApply?: components['schemas']['v1alpha1SyncStrategyApply'];
    };
    v1alpha1SyncWindow: {
      andOperator?: boolean;
      applications?: string[];
      clusters?: string[];
      description?: string;
      duration?: string;
      kind?: string;
      manualSync?: boolean;
      namespaces?: string[];
      schedule?: string;
      syncOverrun?: boolean;
      timeZone?: string;
    };
    versionVersionMessage: {
      BuildDate?: string;
      Compiler?: string;
      ExtraBuildInfo?: string;
      GitCommit?: string;
      GitTag?: string;
      GitTreeState?: string;
      GoVersion?: string;
      HelmVersion?: string;
      JsonnetVersion?: string;
      KubectlVersion?: string;
      KustomizeVersion?: string;
      Platform?: string;
      Version?: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  VersionService_Version: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['versionVersionMessage'];
        };
      };
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['runtimeError'];
        };
      };
    };
  };
  SessionService_GetUserInfo: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['sessionGetUserInfoResponse'];
        };
      };
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['runtimeError'];
        };
      };
    };
  };
  SessionService_Create: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['sessionSessionCreateRequest'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['sessionSessionResponse'];
        };
      };
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['runtimeError'];
        };
      };
    };
  };
  ApplicationService_List: {
    parameters: {
      query?: {
        name?: string;
        refresh?: string;
        projects?: string[];
        resourceVersion?: string;
        selector?: string;
        repo?: string;
        appNamespace?: string;
        project?: string[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['v1alpha1ApplicationList'];
        };
      };
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['runtimeError'];
        };
      };
    };
  };
  ApplicationService_Watch: {
    parameters: {
      query?: {
        name?: string;
        refresh?: string;
        projects?: string[];
        resourceVersion?: string;
        selector?: string;
        repo?: string;
        appNamespace?: string;
        project?: string[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            error?: components['schemas']['runtimeStreamError'];
            result?: components['schemas']['v1alpha1ApplicationWatchEvent'];
          };
        };
      };
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['runtimeError'];
        };
      };
    };
  };
  ApplicationService_Get: {
    parameters: {
      query?: {
        refresh?: string;
        projects?: string[];
        resourceVersion?: string;
        selector?: string;
        repo?: string;
        appNamespace?: string;
        project?: string[];
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['v1alpha1Application'];
        };
      };
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['runtimeError'];
        };
      };
    };
  };
  ApplicationService_ResourceTree: {
    parameters: {
      query?: {
        namespace?: string;
        name?: string;
        version?: string;
        group?: string;
        kind?: string;
        appNamespace?: string;
        project?: string;
      };
      header?: never;
      path: {
        applicationName: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['v1alpha1ApplicationTree'];
        };
      };
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['runtimeError'];
        };
      };
    };
  };
  ApplicationService_ManagedResources: {
    parameters: {
      query?: {
        namespace?: string;
        name?: string;
        version?: string;
        group?: string;
        kind?: string;
        appNamespace?: string;
        project?: string;
      };
      header?: never;
      path: {
        applicationName: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['applicationManagedResourcesResponse'];
        };
      };
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['runtimeError'];
        };
      };
    };
  };
  ApplicationService_GetResource: {
    parameters: {
      query?: {
        namespace?: string;
        resourceName?: string;
        version?: string;
        group?: string;
        kind?: string;
        appNamespace?: string;
        project?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['applicationApplicationResourceResponse'];
        };
      };
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['runtimeError'];
        };
      };
    };
  };
  ApplicationService_RevisionMetadata: {
    parameters: {
      query?: {
        appNamespace?: string;
        project?: string;
        sourceIndex?: number;
        versionId?: number;
      };
      header?: never;
      path: {
        name: string;
        revision: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['v1alpha1RevisionMetadata'];
        };
      };
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['runtimeError'];
        };
      };
    };
  };
  ApplicationService_Sync: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['applicationApplicationSyncRequest'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['v1alpha1Application'];
        };
      };
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['runtimeError'];
        };
      };
    };
  };
  ProjectService_Get: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['v1alpha1AppProject'];
        };
      };
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['runtimeError'];
        };
      };
    };
  };
}
