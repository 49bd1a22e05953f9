import { RecordedArgocd } from './RecordedArgocd';
import { rememberingLogger } from './rememberingLogger';
import { component, startPlugin, threeEnvironments } from './startPlugin';
import { until } from './until';
import { InstanceView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { BackendFeature } from '@backstage/backend-plugin-api';

/** What is configured and must never be told. */
export const SECRETS = {
  token: 'token-of-the-instance-1',
  header: 'key-of-the-gateway-2',
  password: 'pass/word+of"the account-3',
  session: 'opaque-session-token-4',
  registry: 'password-of-the-registry-5',
  git: 'password-of-the-git-server-6',
  scheme: 'key-behind-a-scheme-7',
};

export const ROUTE = '/v1/entities/component/default/checkout';

/** The plugin with two Instances, of which `other` answers as the test says and `main` as it should. */
export async function startBesideHostile(
  options: {
    intercept: RecordedArgocd['intercept'];
    url?: (url: string) => string;
    credentials?: Record<string, string>;
    features?: BackendFeature[];
  },
  stops: Array<() => Promise<unknown>>,
) {
  const [main, other] = await Promise.all([
    RecordedArgocd.start(),
    RecordedArgocd.start(),
  ]);
  stops.push(
    () => main.close(),
    () => other.close(),
  );
  other.intercept = options.intercept;
  const { said, factory } = rememberingLogger();
  const plugin = await startPlugin({
    argocdPromotion: {
      environments: threeEnvironments,
      registries: [
        { host: 'r.example', username: 'u', password: SECRETS.registry },
      ],
      gitServers: [{ host: 'g.example', username: 'u', password: SECRETS.git }],
      instances: [
        { name: 'main', url: main.url, token: 't' },
        {
          name: 'other',
          url: options.url?.(other.url) ?? other.url,
          ...(options.credentials ?? { token: SECRETS.token }),
          headers: {
            'x-api-key': SECRETS.header,
            'proxy-authorization': `Token ${SECRETS.scheme}`,
          },
        },
      ],
    },
    entities: [component('checkout')],
    features: [factory, ...(options.features ?? [])],
  });
  stops.push(plugin.stop);
  const instance = async (name: string): Promise<InstanceView> => {
    const { body } = await plugin.get('/v1/instances');
    return body.items.find((item: InstanceView) => item.name === name);
  };
  /** The Applications that the page of the entity shows. */
  const view = async (): Promise<
    Array<{ instance: string; staleSince?: string }>
  > => {
    const { body } = await plugin.get(ROUTE);
    return (body.environments ?? []).flatMap(
      ({ applications }: { applications: object[] }) => applications,
    );
  };
  await until(async () =>
    (await view()).length > 0 && !(await instance('main')).staleSince
      ? true
      : undefined,
  );
  return { plugin, other, said, instance, view };
}
