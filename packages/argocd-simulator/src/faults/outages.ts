import { Fault } from './Faults';

/** The ways in which a whole Argo CD can be out. */
export const OUTAGES = ['down', 'hanging', '500', 'expired-token'] as const;

export type Outage = (typeof OUTAGES)[number];

const KINDS: Record<Outage, Pick<Fault, 'kind' | 'status'>> = {
  down: { kind: 'reset' },
  hanging: { kind: 'hang' },
  '500': { kind: 'status', status: 500 },
  'expired-token': { kind: 'expired-token' },
};

/** The faults that make an outage: every request fails, and the streams that are open end. */
export function outageFaults(instance: string, outage: Outage): Fault[] {
  const whole = { target: 'argocd', instance } as const;
  return [
    { ...whole, ...KINDS[outage] },
    { ...whole, kind: 'cut-stream' },
  ];
}
