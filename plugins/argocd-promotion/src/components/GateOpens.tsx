import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import { useNow } from '../hooks/clock';
import { RelativeTime } from './basics';

/** When a gate opens, where that is known, after what else is said; the exact time is on hover. */
export function GateOpens({ gate, after }: { gate: Gate; after?: string }) {
  const now = useNow();
  if (gate.state === 'passed' || !gate.opensAt) return null;
  if (Date.parse(gate.opensAt) <= now) return null;
  return (
    <>
      {after && ' · '}
      <span style={{ whiteSpace: 'nowrap' }}>
        opens <RelativeTime at={gate.opensAt} />
      </span>
    </>
  );
}
