import { useEffect, useRef, useState } from 'react';
import { PipelineView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { changesBetween } from '../model/changes';
import { useSharedStyles } from './theme';

/** Reads changes aloud; renders nothing to see. */
export function Announcer({ view }: { view?: PipelineView }) {
  const shared = useSharedStyles();
  const before = useRef<PipelineView>();
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (!view) return;
    const changes = changesBetween(before.current, view, Date.now());
    before.current = view;
    if (changes.length > 0) setSaid(changes.join(' '));
  }, [view]);
  return (
    <div aria-live="polite" role="status" className={shared.hidden}>
      {said}
    </div>
  );
}
