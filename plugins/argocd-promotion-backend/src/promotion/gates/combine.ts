import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';

/** How gates that belong together decide: each of them, or one of them. */
export type Combination = 'all' | 'any';

export const isCombination = (kind: string): kind is Combination =>
  kind === 'all' || kind === 'any';

/** Several gates as one, which keeps them for those who want to know. */
export function combine(
  kind: Combination,
  gates: Gate[],
  title: string | undefined,
): Gate {
  const state = stateOf(kind, gates);
  const telling =
    state === 'passed' && kind === 'any'
      ? gates.filter(gate => gate.state === 'passed')
      : gates.filter(gate => state === 'passed' || gate.state !== 'passed');
  const opensAt = state === 'pending' ? opening(kind, gates) : undefined;
  return {
    kind,
    title:
      title ??
      gates.map(gate => gate.title).join(kind === 'any' ? ' or ' : ' and '),
    state,
    reason: telling.map(gate => `${gate.title}: ${gate.reason}`).join('; '),
    ...(opensAt ? { opensAt } : {}),
    gates,
  };
}

function stateOf(kind: Combination, gates: Gate[]): Gate['state'] {
  const are = (state: Gate['state']) => (gate: Gate) => gate.state === state;
  if (kind === 'any') {
    if (gates.some(are('passed'))) return 'passed';
    return gates.every(are('blocked')) ? 'blocked' : 'pending';
  }
  if (gates.some(are('blocked'))) return 'blocked';
  return gates.every(are('passed')) ? 'passed' : 'pending';
}

/** The first opening is enough for one of them; all of them wait for the last, when each tells one. */
function opening(kind: Combination, gates: Gate[]): string | undefined {
  const pending = gates.filter(({ state }) => state === 'pending');
  const times = pending.flatMap(({ opensAt }) => opensAt ?? []).sort();
  if (kind === 'any') return times[0];
  return times.length === pending.length ? times[times.length - 1] : undefined;
}
