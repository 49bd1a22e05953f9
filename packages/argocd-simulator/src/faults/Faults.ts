import { randomUUID } from 'crypto';

export const FAULT_KINDS = [
  'latency',
  'hang',
  'reset',
  'status',
  'html',
  'expired-token',
  'cut-stream',
  'drop-events',
  'reorder-events',
  'fail-hook',
  'fail-analysis',
  'unpullable-image',
] as const;

export const FAULT_TARGETS = ['argocd', 'git', 'registry', 'cluster'] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** Trouble on request. */
export interface Fault {
  target: (typeof FAULT_TARGETS)[number];
  instance?: string;
  /** Path prefix, or a regular expression between slashes; of a hook a part of its name or of its images, of an image a part of its name. */
  match?: string;
  kind: FaultKind;
  ms?: number;
  status?: number;
  /** After so many uses the fault is over. */
  times?: number;
}

/** The faults that are set. */
export class Faults {
  private readonly faults = new Map<string, Fault & { left: number }>();
  private readonly listeners = new Set<(fault: Fault) => void>();

  set(fault: Fault): string {
    const id = randomUUID();
    this.faults.set(id, { ...fault, left: fault.times ?? Infinity });
    for (const listener of this.listeners) listener(fault);
    return id;
  }

  clear(id?: string): void {
    if (id === undefined) this.faults.clear();
    else this.faults.delete(id);
  }

  onSet(listener: (fault: Fault) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The first fault that applies; using it counts. */
  take(
    target: Fault['target'],
    path: string,
    options: { instance?: string; kinds?: FaultKind[] } = {},
  ): Fault | undefined {
    for (const [id, fault] of this.faults) {
      if (
        fault.target !== target ||
        (fault.instance && fault.instance !== options.instance)
      )
        continue;
      if (options.kinds && !options.kinds.includes(fault.kind)) continue;
      if (!matches(fault, path)) continue;
      fault.left--;
      if (fault.left <= 0) this.faults.delete(id);
      return fault;
    }
    return undefined;
  }
}

export function matches(fault: Fault, path: string): boolean {
  const { match } = fault;
  if (!match) return true;
  const regex = /^\/(.+)\/$/.exec(match);
  if (regex) return new RegExp(regex[1]).test(path);
  return fault.target === 'cluster'
    ? path.includes(match)
    : path.startsWith(match);
}
