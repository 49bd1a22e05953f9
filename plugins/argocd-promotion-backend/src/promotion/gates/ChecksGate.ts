import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  CommitStatus,
  GateContext,
  GateEvaluator,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { SourceChanges } from '../sources/SourceChanges';
import { Evidence } from './Evidence';

const INTERVAL_MS = 30_000;
const TIMEOUT_MS = 20_000;

const select = (statuses: CommitStatus[], names: string[]) =>
  names.length === 0
    ? statuses
    : statuses.filter(({ name }) => names.includes(name));

/** The checks of the commits that the release was built from succeeded. */
export class ChecksGate implements GateEvaluator {
  readonly kind = 'checks';
  readonly #evidence: Evidence;
  readonly #sources: Pick<SourceChanges, 'checks'>;

  constructor(options: {
    evidence: Evidence;
    sources: Pick<SourceChanges, 'checks'>;
  }) {
    this.#evidence = options.evidence;
    this.#sources = options.sources;
  }

  evaluate({ config, entityRef, release }: GateContext): Gate {
    const gate = { kind: this.kind, title: 'Checks of the commit' };
    const names = Array.isArray(config.names) ? config.names.map(String) : [];
    const open: string[] = [];
    const failed: string[] = [];
    let seen = 0;
    for (const image of release.images) {
      const finding = this.#evidence.look({
        key: JSON.stringify([this.kind, image.repository, image.digest]),
        entityRef,
        maxAge: INTERVAL_MS,
        timeoutMs: TIMEOUT_MS,
        ask: () => this.#sources.checks(image),
      });
      if (!finding)
        return { ...gate, state: 'pending', reason: 'They are being read' };
      if (finding.error !== undefined)
        return {
          ...gate,
          state: 'pending',
          reason: `They are not known: ${finding.error}`,
        };
      const { revision, statuses } = finding.value;
      const wanted = select(statuses, names);
      seen += wanted.length;
      const at = (name: string) => `${name} of ${revision.slice(0, 7)}`;
      for (const { name, state } of wanted) {
        if (state === 'failure') failed.push(at(name));
        if (state === 'pending') open.push(at(name));
      }
      const missing = names.filter(
        name => !wanted.some(status => status.name === name),
      );
      open.push(...missing.map(at));
      if (names.length === 0 && wanted.length === 0)
        open.push(`any check of ${revision.slice(0, 7)}`);
    }
    if (failed.length > 0)
      return {
        ...gate,
        state: 'blocked',
        reason: `Failed: ${failed.join(', ')}`,
      };
    if (open.length > 0)
      return {
        ...gate,
        state: 'pending',
        reason: `Waits for ${open.join(', ')}`,
      };
    return { ...gate, state: 'passed', reason: `${seen} succeeded` };
  }
}
