import { createDevApp } from '@backstage/dev-utils';
import { createRoutableExtension } from '@backstage/core-plugin-api';
import { Content, Page } from '@backstage/core-components';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { TestApiProvider } from '@backstage/test-utils';
import Box from '@material-ui/core/Box';
import {
  ArgocdPromotionApi,
  PipelineView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  argocdPromotionApiRef,
  argocdPromotionPlugin,
  EntityArgocdPromotionCard,
} from '../src';
import { EntityPromotionContent } from '../src/components/EntityPromotionContent';
import {
  application,
  drift,
  driftEpisodes,
  driftOverview,
  plan,
  promotion,
  rendered,
} from '../src/testing/fixtures';
import { largeRoot, rootScenes } from '../src/testing/roots';
import { scenes } from '../src/testing/scenes';

const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'checkout' },
};

/** Answers from fixtures; what a scene does not need is refused. */
function scripted(
  getPipeline: () => Promise<PipelineView>,
): ArgocdPromotionApi {
  const refuse = async () => {
    throw new Error('The development page changes nothing');
  };
  return {
    getPipeline,
    getApplication: async () => ({
      ...application('prod', '76dfd558', '1.8.0'),
      drifted: [
        { kind: 'Deployment', name: 'checkout', difference: 'differs' },
        { kind: 'Service', name: 'checkout', difference: 'missing' },
      ],
      story: [],
      orderProblems: [],
      resources: Array.from({ length: 130 }, (_, index) => ({
        kind: index % 2 ? 'ConfigMap' : 'Deployment',
        name: `checkout-settings-of-region-${index}`,
        sync: index < 2 ? 'OutOfSync' : 'Synced',
        hook: false,
        syncWave: index % 5,
        health: { status: 'Healthy' as const },
      })),
      history: [],
    }),
    readFromArgocd: refuse,
    getDeploymentHistory: async () => ({ items: [] }),
    getRollouts: async () => ({ items: [] }),
    actOnRollout: refuse,
    getApplicationDrift: async () => drift,
    getManifestSides: async () => ({
      git: 'data:\n  level: info\n  retries: "3"\nkind: ConfigMap\n',
      live: 'data:\n  level: trace\n  retries: "3"\nkind: ConfigMap\n',
    }),
    createPlan: async () => plan(),
    getRenderedPlan: async () => rendered(),
    getRenderedPromotion: async () => rendered(),
    createPromotion: refuse,
    listPromotions: async () => ({ items: [] }),
    getPromotion: async id => promotion({ id }),
    approvePromotion: refuse,
    revokeApproval: refuse,
    overridePromotion: refuse,
    rejectPromotion: refuse,
    cancelPromotion: refuse,
    retryPromotion: refuse,
    rollbackPromotion: refuse,
    createTrainPlan: refuse,
    createTrain: refuse,
    getTrain: refuse,
    cancelTrain: refuse,
    retryTrain: refuse,
    rollbackTrain: refuse,
    rebuildRecord: refuse,
    getDriftOverview: async () => driftOverview,
    listDriftEpisodes: async () => ({ items: driftEpisodes }),
    muteDrift: refuse,
    unmuteDrift: refuse,
    syncResources: refuse,
    listHolds: async () => ({ items: [] }),
    setHold: refuse,
    liftHold: refuse,
    listRoots: async () => rootScenes.usual,
    getRoot: async () => largeRoot(),
    listInstances: async () => ({ items: [] }),
  };
}

const apis: Record<string, ArgocdPromotionApi> = {
  ...Object.fromEntries(
    Object.entries(scenes).map(([name, view]) => [
      name,
      scripted(async () => view),
    ]),
  ),
  loading: scripted(() => new Promise(() => {})),
  error: scripted(async () => {
    throw new Error('The backend answered with an error');
  }),
};

const app = createDevApp().registerPlugin(argocdPromotionPlugin);
for (const [name, api] of Object.entries(apis)) {
  const wrap = (element: JSX.Element) => (
    <Page themeId="service">
      <Content>
        <TestApiProvider apis={[[argocdPromotionApiRef, api]]}>
          <EntityProvider entity={entity}>{element}</EntityProvider>
        </TestApiProvider>
      </Content>
    </Page>
  );
  app.addPage({
    title: name,
    path: `/${name.replace(/ /g, '-')}`,
    element: wrap(<EntityPromotionContent />),
  });
}

function Cards() {
  return (
    <Page themeId="service">
      <Content>
        {Object.entries(apis).map(([name, api]) => (
          <TestApiProvider key={name} apis={[[argocdPromotionApiRef, api]]}>
            <EntityProvider entity={entity}>
              <Box width={520} mb={2}>
                <EntityArgocdPromotionCard />
              </Box>
            </EntityProvider>
          </TestApiProvider>
        ))}
      </Content>
    </Page>
  );
}

// The card links into the entity page, so one must be mounted.
const CardPage = argocdPromotionPlugin.provide(
  createRoutableExtension({
    name: 'CardPage',
    mountPoint: entityRouteRef,
    component: async () => Cards,
  }),
);
app.addPage({ path: '/catalog/:namespace/:kind/:name', element: <CardPage /> });
app.render();
