import {
  DriftFight,
  DriftResourceKey,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { stringify } from 'yaml';

/** Managers by which a HorizontalPodAutoscaler, or what works through one, writes `replicas`. */
const AUTOSCALERS = new Set([
  'horizontal-pod-autoscaler',
  'kube-controller-manager',
  'keda',
  'keda-operator',
]);
/** Tools of people. */
const PEOPLE = /^(kubectl|k9s|lens|helm|rancher|mozilla|node-fetch)/i;
/** Lists whose items are told apart by their name. */
const BY_NAME = new Set([
  'containers',
  'initContainers',
  'ephemeralContainers',
  'env',
  'volumes',
  'imagePullSecrets',
]);

/** Who fights whom over a field, and what would end it. Pure. */
export function fightOf(drift: {
  resource: DriftResourceKey;
  path?: string;
  managers: string[];
  /** How many of the times self-heal set it back. */
  healed: number;
}): DriftFight {
  const { resource, path, managers, healed } = drift;
  const what = path ?? 'it';
  const against =
    healed > 0
      ? 'self-heal of Argo CD sets it back'
      : 'git says something else';
  const yaml = ignoreDifferences(resource, path, managers);
  const end = yaml ? { ignoreDifferences: yaml } : {};
  if (path === 'spec.replicas' && managers.some(name => AUTOSCALERS.has(name)))
    return {
      managers,
      explanation: `A HorizontalPodAutoscaler (${managers.join(
        ', ',
      )}) sets spec.replicas of ${resource.kind} ${
        resource.name
      }, and git sets replicas too: ${against}`,
      remedy: `Take replicas out of the manifest in git, or have Argo CD ignore it`,
      ...end,
    };
  const people = managers.filter(name => PEOPLE.test(name));
  if (managers.length > 0 && people.length === managers.length)
    return {
      managers,
      explanation: `Somebody changes ${what} of ${resource.kind} ${
        resource.name
      } by hand (${managers.join(', ')}), and ${against}`,
      remedy: 'Put the wanted value into git, or agree to leave it alone',
      ...end,
    };
  if (managers.length > 0)
    return {
      managers,
      explanation: `${managers.join(' and ')} sets ${what} of ${
        resource.kind
      } ${resource.name}, and ${against}`,
      remedy:
        'Leave the field to one of them: take it out of git, or have Argo CD ignore it',
      ...end,
    };
  return {
    managers,
    explanation: `${path ? `${path} of ` : ''}${resource.kind} ${
      resource.name
    } is changed again and again, and ${against}; who does it was not recorded`,
    remedy:
      'Find out who writes it: the managers of metadata.managedFields and the audit log of the cluster tell',
    ...end,
  };
}

/** The part of the Application that makes Argo CD leave the field alone; undefined when the field cannot be named. */
export function ignoreDifferences(
  { group, kind, namespace, name }: DriftResourceKey,
  path: string | undefined,
  managers: string[],
): string | undefined {
  const how = path === undefined ? undefined : placeOf(path, managers);
  if (!how) return undefined;
  return stringify({
    spec: {
      ignoreDifferences: [
        {
          ...(group ? { group } : {}),
          kind,
          name,
          ...(namespace ? { namespace } : {}),
          ...how,
        },
      ],
      syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] },
    },
  });
}

type Token = { field: string } | { item: string };

/** Steps of a path as `formatPath` writes it. */
function tokensOf(path: string): Token[] | undefined {
  const tokens: Token[] = [];
  const step = /\.?([A-Za-z_][\w-]*)|\[("(?:[^"\\]|\\.)*")\]|\[([^\]]*)\]/y;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (!match) return undefined;
    const [, field, quoted, item] = match;
    if (field !== undefined) tokens.push({ field });
    else if (quoted !== undefined)
      tokens.push({ field: JSON.parse(quoted) as string });
    else tokens.push({ item });
  }
  return tokens;
}

function placeOf(path: string, managers: string[]) {
  const tokens = tokensOf(path);
  if (!tokens || tokens.length === 0) return byManager(managers);
  if (tokens.every(token => 'field' in token))
    return {
      jsonPointers: [
        tokens
          .map(token =>
            'field' in token
              ? `/${token.field.replaceAll('~', '~0').replaceAll('/', '~1')}`
              : '',
          )
          .join(''),
      ],
    };
  const expression: string[] = [];
  let list = '';
  for (const token of tokens) {
    if ('field' in token) {
      list = token.field;
      expression.push(
        /^[A-Za-z_]\w*$/.test(token.field)
          ? `.${token.field}`
          : `.[${JSON.stringify(token.field)}]`,
      );
    } else if (BY_NAME.has(list))
      expression.push(`[] | select(.name == ${JSON.stringify(token.item)}) | `);
    else return byManager(managers);
  }
  return {
    jqPathExpressions: [expression.join('').replace(/ \| $/, '')],
  };
}

function byManager(managers: string[]) {
  return managers.length > 0 ? { managedFieldsManagers: managers } : undefined;
}
