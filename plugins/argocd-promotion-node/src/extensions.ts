import { createExtensionPoint } from '@backstage/backend-plugin-api';
import { GateEvaluator } from './gates/GateEvaluator';
import { GitHostProvider } from './git/GitHost';
import { ManifestEditor } from './manifests/ManifestEditor';

/** @public */
export interface ArgocdPromotionGatesExtensionPoint {
  /** Throws when another evaluator has the same kind. */
  addGate(evaluator: GateEvaluator): void;
}

/** Adds kinds of gates. @public */
export const argocdPromotionGatesExtensionPoint =
  createExtensionPoint<ArgocdPromotionGatesExtensionPoint>({
    id: 'argocd-promotion.gates',
  });

/** @public */
export interface ArgocdPromotionGitHostsExtensionPoint {
  /** Added providers are asked before the built-in ones. */
  addGitHost(provider: GitHostProvider): void;
}

/** Adds git hosts. @public */
export const argocdPromotionGitHostsExtensionPoint =
  createExtensionPoint<ArgocdPromotionGitHostsExtensionPoint>({
    id: 'argocd-promotion.git-hosts',
  });

/** @public */
export interface ArgocdPromotionManifestEditorsExtensionPoint {
  /** Added editors are asked before the built-in ones. */
  addManifestEditor(editor: ManifestEditor): void;
}

/** Adds ways to pin images. @public */
export const argocdPromotionManifestEditorsExtensionPoint =
  createExtensionPoint<ArgocdPromotionManifestEditorsExtensionPoint>({
    id: 'argocd-promotion.manifest-editors',
  });
