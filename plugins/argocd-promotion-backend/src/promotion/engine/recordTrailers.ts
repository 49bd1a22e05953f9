import {
  Release,
  ReleaseChart,
  ReleaseImage,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { createRelease } from '../../deployments/release';
import { trailers } from '../../git';
import { parseImageReference } from '../../images/reference';
import { StoredPromotion } from '../types';

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
const imageText = ({ repository, tag, digest }: ReleaseImage) =>
  `${repository}${tag ? `:${tag}` : ''}@${digest}`;

const chartText = ({ version, repoURL, chart }: ReleaseChart) =>
  `${version} ${repoURL} ${chart}`;

/** What a commit says of one promotion: enough to read the record back when the database was lost. */
export function recordTrailers(promotion: StoredPromotion): string[] {
  const { id, from, environment, requestedBy, entityRef } = promotion;
  const { linkedTo, train, release, plan, delivery, override } = promotion;
  return [
    `Promotion-Id: ${id}`,
    `Promoted-From: ${from ?? environment}`,
    `Promoted-To: ${environment}`,
    `Promoted-By: ${requestedBy}`,
    `Backstage-Entity: ${entityRef}`,
    ...release.images.map(image => `Promoted-Image: ${imageText(image)}`),
    ...(plan.replaces?.images ?? []).map(
      image => `Replaced-Image: ${imageText(image)}`,
    ),
    ...(release.charts ?? []).map(
      chart => `Promoted-Chart: ${chartText(chart)}`,
    ),
    ...(plan.replaces?.charts ?? []).map(
      chart => `Replaced-Chart: ${chartText(chart)}`,
    ),
    `Promotion-Delivery: ${delivery}`,
    ...(linkedTo
      ? [`Promotion-Link: ${linkedTo.relation} ${linkedTo.id}`]
      : []),
    ...(override
      ? [
          `Promotion-Overridden-By: ${override.by}`,
          `Promotion-Override-Reason: ${override.reason}`,
        ]
      : []),
    ...(train ? [`Promotion-Train: ${train.id} ${train.position}`] : []),
  ].map(oneLine);
}

/** A promotion as its commit tells it. */
export type CommitRecord = Pick<
  StoredPromotion,
  | 'id'
  | 'entityRef'
  | 'environment'
  | 'from'
  | 'requestedBy'
  | 'release'
  | 'delivery'
  | 'linkedTo'
  | 'train'
> & { replaces?: Release; overridden?: { by: string; reason: string } };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads what {@link recordTrailers} wrote; of a train one record a member. What is not whole is left out. */
export function readRecords(message: string): CommitRecord[] {
  const sections: Array<Map<string, string[]>> = [];
  for (const [name, value] of trailers(message)) {
    const key = name.toLowerCase();
    if (key === 'promotion-id') sections.push(new Map());
    const section = sections.at(-1);
    section?.set(key, [...(section.get(key) ?? []), value]);
  }
  return sections.flatMap(section => readRecord(section) ?? []);
}

function readRecord(
  section: ReadonlyMap<string, string[]>,
): CommitRecord | undefined {
  const first = (name: string) => section.get(name)?.[0];
  const id = first('promotion-id') ?? '';
  const environment = first('promoted-to');
  const from = first('promoted-from');
  const requestedBy = first('promoted-by');
  const entityRef = first('backstage-entity');
  const delivery = first('promotion-delivery');
  const release = readRelease(
    section.get('promoted-image'),
    section.get('promoted-chart'),
  );
  const replaces = readRelease(
    section.get('replaced-image'),
    section.get('replaced-chart'),
  );
  if (!UUID.test(id) || !environment || !requestedBy || !entityRef || !release)
    return undefined;
  const overriddenBy = first('promotion-overridden-by');
  const [relation, linked = ''] = (first('promotion-link') ?? '').split(' ');
  const [trainId, position] = (first('promotion-train') ?? '').split(' ');
  return {
    id,
    entityRef,
    environment,
    requestedBy,
    release,
    delivery: delivery === 'pull-request' ? delivery : 'commit',
    // A rollback comes from nowhere else.
    ...(from && from !== environment ? { from } : {}),
    ...(replaces ? { replaces } : {}),
    ...(overriddenBy
      ? {
          overridden: {
            by: overriddenBy,
            reason: first('promotion-override-reason') ?? '',
          },
        }
      : {}),
    ...((relation === 'retry' || relation === 'rollback') && UUID.test(linked)
      ? { linkedTo: { id: linked, relation } }
      : {}),
    ...(UUID.test(trainId)
      ? { train: { id: trainId, position: Number(position) || 0 } }
      : {}),
  };
}

function readRelease(
  values: string[] = [],
  chartValues: string[] = [],
): Release | undefined {
  const images = values.flatMap(value => {
    const { repository, tag, digest } = parseImageReference(value) ?? {};
    return repository && digest
      ? [{ repository, digest, ...(tag ? { tag } : {}) }]
      : [];
  });
  const charts = chartValues.flatMap(value => {
    const [version, repoURL, ...chart] = value.split(' ');
    return version && repoURL && chart.length > 0
      ? [{ version, repoURL, chart: chart.join(' ') }]
      : [];
  });
  const isWhole =
    images.length === values.length && charts.length === chartValues.length;
  return isWhole && images.length + charts.length > 0
    ? createRelease(images, charts)
    : undefined;
}
