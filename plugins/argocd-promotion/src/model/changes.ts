import {
  EnvironmentView,
  PipelineView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { summaryAnswer } from './answers';
import { withNames } from './people';
import { releaseLabel } from './release';

/**
 * What changed between two answers, as sentences for a screen reader. Only what a person waits for is said: another
 * release, another state, another step of a promotion.
 */
export function changesBetween(
  before: PipelineView | undefined,
  after: PipelineView,
  now: number,
): string[] {
  if (!before || before.entityRef !== after.entityRef) return [];
  const known = new Map(
    before.environments.map(environment => [environment.name, environment]),
  );
  return after.environments.flatMap(environment => {
    const old = known.get(environment.name);
    return old ? environmentChanges(old, environment, now) : [];
  });
}

function environmentChanges(
  before: EnvironmentView,
  after: EnvironmentView,
  now: number,
): string[] {
  const said: string[] = [];
  if (after.release && before.release?.id !== after.release.id) {
    said.push(`${after.name} now runs ${releaseLabel(after.release)}.`);
  }
  const was = summaryAnswer(before.applications, now).word;
  const is = summaryAnswer(after.applications, now).word;
  if (was !== is) said.push(`${after.name}: ${is}.`);
  const { promotion } = after;
  if (
    promotion &&
    (before.promotion?.id !== promotion.id ||
      before.promotion.state !== promotion.state)
  ) {
    said.push(`Promotion to ${after.name}: ${withNames(promotion.message)}`);
  }
  return said;
}
